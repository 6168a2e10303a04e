-- All accounts of the store; role watcher. Those whose oldest event that is not applied is the oldest.
SELECT h.account_id::text,
       coalesce(extract(epoch FROM pg_catalog.now() - e.commit_time), 0)::double precision AS seconds,
       (h.sequence_number - c.sequence_number)::double precision
FROM store.account_heads h
JOIN store.live_cursors c ON c.account_id = h.account_id AND c.sequence_number < h.sequence_number
LEFT JOIN store.events e
  ON e.account_id = h.account_id AND e.generation = h.generation AND e.sequence_number = c.sequence_number + 1
ORDER BY seconds DESC
LIMIT 10
