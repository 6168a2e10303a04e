-- $1 account, $2 generation, $3 sequence numbers.
SELECT sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload
  FROM store.events
 WHERE account_id = $1 AND generation = $2 AND sequence_number = ANY ($3)
 ORDER BY sequence_number
