-- $1 account, $2 the last sequence number, $3 payload item names (null: all), $4 generation (null: the one in use).
-- As read_streams.sql, for types that few of the events have: they are found where events lie, and sorted. OFFSET 0 keeps
-- the planner from visiting all events in the order of the streams, which is another place on the disk for each.
SELECT *
  FROM (SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
               payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
          FROM store.events
         WHERE account_id = $1
           AND generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
           AND sequence_number <= $2
           AND ($3::text[] IS NULL OR payload_item_name = ANY ($3))
        OFFSET 0) e
 ORDER BY stream_id, stream_revision
