-- $1 account, $2 a generation that is not in use, $3 sequence numbers.
DELETE FROM store.events WHERE account_id = $1 AND generation = $2 AND sequence_number = ANY ($3)
