-- $1 account, $2 table. The event at which it is parked.
SELECT sequence_number FROM store.dead_letters WHERE account_id = $1 AND table_name = $2
