SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
       payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
  FROM store.events
 WHERE account_id = $1
   AND generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
   AND stream_id = $2
   AND stream_revision >= $3 AND stream_revision <= $4
   AND commit_time <= $5
 ORDER BY stream_revision DESC
 LIMIT $6
