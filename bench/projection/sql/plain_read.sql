-- $1 account. The columns that the event store reads, without what makes it safe.
SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
       payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
FROM store.events
WHERE account_id = $1 AND generation = 0
ORDER BY sequence_number
