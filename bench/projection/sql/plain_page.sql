-- $1 account, $2 after which number, $3 how many.
SELECT sequence_number, stream_id, payload_item_name, payload
FROM store.events
WHERE account_id = $1 AND generation = 0 AND sequence_number > $2
ORDER BY sequence_number
LIMIT $3
