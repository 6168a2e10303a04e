-- append.sql with assumptions about what was not remembered, and with guards. Whoever knows the head
-- has a view of the account's other rows that is as new as the head, so the assumptions are exact.
WITH missed AS MATERIALIZED (
  SELECT p.account_id
    FROM unnest($20::uuid[], $21::int[], $22::uuid[], $23::int[]) AS p (account_id, generation, stream_id, stream_revision)
   WHERE p.stream_revision <> coalesce((SELECT e.stream_revision
                                          FROM store.events e
                                         WHERE e.account_id = p.account_id AND e.generation = p.generation AND e.stream_id = p.stream_id
                                         ORDER BY e.stream_revision DESC
                                         LIMIT 1), 0)
   UNION ALL
  SELECT p.account_id
    FROM unnest($24::uuid[], $25::text[], $26::text[]) AS p (account_id, guard, key)
    JOIN store.guard_unique g USING (account_id, guard, key)
), locked AS MATERIALIZED (
  SELECT h.ctid, w.next_number
    FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::bigint[])
           AS w (account_id, generation, sequence_number, epoch, commit_time, next_number)
    JOIN store.account_heads h USING (account_id)
   WHERE h.generation = w.generation
     AND h.sequence_number = w.sequence_number
     AND h.epoch = w.epoch
     AND h.commit_time = w.commit_time
     AND h.state = 'active'
     AND NOT EXISTS (SELECT FROM missed m WHERE m.account_id = w.account_id)
     FOR UPDATE OF h SKIP LOCKED
), moved AS (
  UPDATE store.account_heads h
     SET sequence_number = l.next_number, commit_time = greatest(clock_timestamp(), h.commit_time)
    FROM locked l
   WHERE h.ctid = l.ctid
  RETURNING h.account_id, h.generation, h.commit_time
), freed AS (
  DELETE FROM store.guard_unique g
   USING unnest($27::uuid[], $28::text[], $29::text[], $30::uuid[]) AS f (account_id, guard, key, only_of)
    JOIN moved m USING (account_id)
   WHERE g.account_id = f.account_id AND g.guard = f.guard AND g.key = f.key
     AND (f.only_of IS NULL OR g.stream_id = f.only_of)
), taken AS (
  INSERT INTO store.guard_unique (account_id, guard, key, stream_id)
  SELECT t.account_id, t.guard, t.key, t.stream_id
    FROM unnest($31::uuid[], $32::text[], $33::text[], $34::uuid[]) AS t (account_id, guard, key, stream_id)
    JOIN moved m USING (account_id)
      ON CONFLICT (account_id, guard, key) DO UPDATE SET stream_id = excluded.stream_id
), drawn AS (
  INSERT INTO store.guard_series (account_id, series, last_number)
  SELECT s.account_id, s.series, s.last_number
    FROM unnest($35::uuid[], $36::text[], $37::bigint[]) AS s (account_id, series, last_number)
    JOIN moved m USING (account_id)
      ON CONFLICT (account_id, series) DO UPDATE SET last_number = excluded.last_number
), used AS (
  INSERT INTO store.guard_limit (account_id, guard, key, used)
  SELECT u.account_id, u.guard, u.key, u.used::numeric
    FROM unnest($38::uuid[], $39::text[], $40::text[], $41::text[]) AS u (account_id, guard, key, used)
    JOIN moved m USING (account_id)
      ON CONFLICT (account_id, guard, key) DO UPDATE SET used = excluded.used
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
