-- $1 account, $2 stream types, $3 the event that each begins with, $4 how many events. Streams of all types, one event each.
WITH stored AS (
  INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name,
                            payload_version, payload, command_id, command_hash, actor, commit_time)
  SELECT $1, 0, n, gen_random_uuid(), 1, ($2::text[])[1 + n * 7 % cardinality($2::text[])], ($3::text[])[1 + n * 7 % cardinality($2::text[])],
         1, '{}', gen_random_uuid(), 1, 'bench', now()
    FROM generate_series(1, $4::int) AS n
)
UPDATE store.account_heads SET sequence_number = $4 WHERE account_id = $1
