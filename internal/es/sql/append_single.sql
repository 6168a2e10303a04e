-- append.sql for one event, which is what an append on an idle store is: without arrays and joins it
-- takes half the time. It may wait for the head, because it keeps nobody else waiting.
WITH moved AS (
  UPDATE store.account_heads h
     SET sequence_number = h.sequence_number + 1, commit_time = greatest(clock_timestamp(), h.commit_time)
   WHERE h.account_id = $1
     AND h.generation = $2
     AND h.sequence_number = $3
     AND h.epoch = $4
     AND h.commit_time = $5
     AND h.state = 'active'
  RETURNING h.account_id, h.generation, h.sequence_number, h.commit_time
)
INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type,
                          payload_item_name, payload_version, payload, command_id, command_hash,
                          causation_id, correlation_id, actor, commit_time)
SELECT m.account_id, m.generation, m.sequence_number, $6::uuid, $7::int, $8::text, $9::text, $10::int, $11::json, $12::uuid, $13::bigint,
       $14::uuid, $15::uuid, $16::text, m.commit_time
  FROM moved m
RETURNING account_id, commit_time
