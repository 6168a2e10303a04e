-- $1 account, $2 generation. The last event that was copied; 0: none.
SELECT coalesce(max(sequence_number), 0) FROM store.events WHERE account_id = $1 AND generation = $2
