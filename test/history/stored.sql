-- $1 account. Its events in the generation that is in use, in their order.
SELECT e.sequence_number, e.stream_id, e.stream_revision, e.command_id, e.commit_time
  FROM store.account_heads h
  JOIN store.events e ON e.account_id = h.account_id AND e.generation = h.generation
 WHERE h.account_id = $1
 ORDER BY e.sequence_number
