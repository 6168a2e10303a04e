-- $1 account, $2 events. The account's one order with all its events, as often, each in a stream of its own and under its own number; and a tenth
-- of the events in unique keys. Read models are taken to be where the events are: they are not what is measured.
WITH one AS (
  SELECT * FROM store.events WHERE account_id = $1
), life AS (
  SELECT max(payload ->> 'OrderNumber') AS number, max(stream_revision) AS events FROM one
), head AS (
  UPDATE store.account_heads SET sequence_number = $2, commit_time = now() WHERE account_id = $1
), live AS (
  UPDATE store.live_cursors SET sequence_number = $2 WHERE account_id = $1
), series AS (
  UPDATE store.guard_series SET last_number = $2 WHERE account_id = $1
), keys AS (
  INSERT INTO store.guard_unique (account_id, guard, key, stream_id)
  SELECT $1, 'Customer.Code', 'code-' || n, md5(n::text)::uuid FROM generate_series(1, $2::int / 10) AS n
)
INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
                          command_id, command_hash, causation_id, correlation_id, actor, commit_time)
SELECT account_id, generation, (n - 1) * life.events + stream_revision, md5(n::text)::uuid, stream_revision, stream_type, payload_item_name, payload_version,
       replace(replace(payload::text, life.number, left(life.number, 8) || n), stream_id::text, md5(n::text)::uuid::text)::json,
       md5(payload_item_name || n)::uuid, command_hash, causation_id, correlation_id, actor, commit_time
  FROM one, life, generate_series(2, $2::int / life.events) AS n
