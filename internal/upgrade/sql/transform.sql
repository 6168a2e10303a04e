-- $1 account, and of each event: $2 number, $3 stream type, $4 type, $5 version, $6 payload as it is to be, $7 version as it is now. $8 release,
-- $9 who. What the account's policy closes stays, and so does what is not as it was read; the original is kept.
WITH open AS (
  SELECT h.account_id, h.generation, h.closed_until
    FROM store.account_heads h
   WHERE h.account_id = $1 AND h.immutability <> 'strict'
), wanted AS (
  SELECT e.account_id, e.generation, e.sequence_number, e.stream_type AS was_stream, e.payload_item_name AS was_item, e.payload_version AS was_version,
         e.payload AS was_payload, w.stream_type, w.item, w.version, w.payload
    FROM unnest($2::bigint[], $3::text[], $4::text[], $5::int[], $6::json[], $7::int[]) AS w (number, stream_type, item, version, payload, was)
    JOIN open o ON true
    JOIN store.events e ON e.account_id = o.account_id AND e.generation = o.generation AND e.sequence_number = w.number
   WHERE e.payload_version = w.was AND (o.closed_until IS NULL OR e.commit_time > o.closed_until)
), kept AS (
  INSERT INTO store.transformed_events (account_id, generation, sequence_number, stream_type, payload_item_name, payload_version, payload, release, actor)
  SELECT account_id, generation, sequence_number, was_stream, was_item, was_version, was_payload, $8, $9 FROM wanted
      ON CONFLICT DO NOTHING
)
UPDATE store.events e
   SET stream_type = w.stream_type, payload_item_name = w.item, payload_version = w.version, payload = w.payload
  FROM wanted w
 WHERE e.account_id = w.account_id AND e.generation = w.generation AND e.sequence_number = w.sequence_number
