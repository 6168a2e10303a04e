-- $1 account, $2 generation, $3 number. When the event was stored.
SELECT commit_time FROM store.events WHERE account_id = $1 AND generation = $2 AND sequence_number = $3
