-- $1 account. The number of its last event.
SELECT sequence_number FROM store.account_heads WHERE account_id = $1
