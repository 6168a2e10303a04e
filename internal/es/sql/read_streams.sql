-- $1 account, $2 a stream and $3 a revision after which to begin, $4 the last sequence number,
-- $5 events at most, $6 payload item names (null: all), $7 generation (null: the one in use). Stream by stream, each in the order of its revisions.
SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
       payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
  FROM store.events
 WHERE account_id = $1
   AND generation = (SELECT coalesce($7::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
   AND (stream_id, stream_revision) > ($2, $3) AND sequence_number <= $4
   AND ($6::text[] IS NULL OR payload_item_name = ANY ($6))
 ORDER BY stream_id, stream_revision
 LIMIT $5
