-- $1 account, $2 generation, $3 and $4 the first and the last number. What events were before they were changed in their places.
SELECT sequence_number, stream_type, payload_item_name, payload_version, payload, release, actor, transformed_at
  FROM store.transformed_events
 WHERE account_id = $1 AND generation = $2 AND sequence_number BETWEEN $3 AND $4
