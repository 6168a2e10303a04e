-- All accounts of the store; role watcher. The age of an account's lag is that of its
-- oldest event that is not applied.
SELECT pg_catalog.count(*)::double precision,
       coalesce(pg_catalog.sum(h.sequence_number - c.sequence_number), 0)::double precision,
       coalesce(pg_catalog.max(extract(epoch FROM pg_catalog.now() - e.commit_time)), 0)::double precision
FROM store.account_heads h
JOIN store.live_cursors c ON c.account_id = h.account_id AND c.sequence_number < h.sequence_number
LEFT JOIN store.events e
  ON e.account_id = h.account_id AND e.generation = h.generation AND e.sequence_number = c.sequence_number + 1
