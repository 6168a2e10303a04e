-- Moves the heads that are as remembered and stores the events of their accounts. An account whose
-- head is locked or is another is left out; the rows that come back say who was moved.
WITH locked AS MATERIALIZED (
  SELECT h.ctid, w.next_number
    FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::bigint[])
           AS w (account_id, generation, sequence_number, epoch, commit_time, next_number)
    JOIN store.account_heads h USING (account_id)
   WHERE h.generation = w.generation
     AND h.sequence_number = w.sequence_number
     AND h.epoch = w.epoch
     AND h.commit_time = w.commit_time
     AND h.state = 'active'
     FOR UPDATE OF h SKIP LOCKED
), moved AS (
  UPDATE store.account_heads h
     SET sequence_number = l.next_number, commit_time = greatest(clock_timestamp(), h.commit_time)
    FROM locked l
   WHERE h.ctid = l.ctid
  RETURNING h.account_id, h.generation, h.commit_time
), stored AS (
  INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type,
                            payload_item_name, payload_version, payload, command_id, command_hash,
                            causation_id, correlation_id, actor, commit_time)
  SELECT e.account_id, m.generation, e.sequence_number, e.stream_id, e.stream_revision, e.stream_type,
         e.payload_item_name, e.payload_version, e.payload, e.command_id, e.command_hash,
         e.causation_id, e.correlation_id, e.actor, m.commit_time
    FROM unnest($7::uuid[], $8::bigint[], $9::uuid[], $10::int[], $11::text[], $12::text[], $13::int[], $14::json[],
                $15::uuid[], $16::bigint[], $17::uuid[], $18::uuid[], $19::text[])
           AS e (account_id, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
                 command_id, command_hash, causation_id, correlation_id, actor)
    JOIN moved m USING (account_id)
)
SELECT account_id, commit_time FROM moved
