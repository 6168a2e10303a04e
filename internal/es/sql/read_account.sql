SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
       payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
  FROM store.events
 WHERE account_id = $1
   AND generation = (SELECT coalesce($7::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
   AND sequence_number > $2 AND sequence_number <= $3
   AND ($4::text[] IS NULL OR payload_item_name = ANY ($4))
   AND ($5::uuid IS NULL OR stream_id >= $5)
 ORDER BY sequence_number
 LIMIT $6
