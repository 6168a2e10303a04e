-- $1 account, $2 generation, $3 and $4 numbers: the events after $3 up to and including $4, as they were stored. What an event was
-- before it was changed in its place is kept beside it.
SELECT e.account_id, e.generation, e.sequence_number, e.stream_id, e.stream_revision, coalesce(t.stream_type, e.stream_type),
       coalesce(t.payload_item_name, e.payload_item_name), coalesce(t.payload_version, e.payload_version), coalesce(t.payload, e.payload),
       e.command_id, e.command_hash, e.causation_id, e.correlation_id, e.actor, e.commit_time
  FROM store.events e
  LEFT JOIN store.transformed_events t
    ON t.account_id = e.account_id AND t.generation = e.generation AND t.sequence_number = e.sequence_number
 WHERE e.account_id = $1 AND e.generation = $2 AND e.sequence_number > $3 AND e.sequence_number <= $4
 ORDER BY e.sequence_number
