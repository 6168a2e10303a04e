-- $1 account. Where its head and its live cursor stand, how old the oldest event is that
-- is not applied (0: all are), and the same for the projections that are not live.
SELECT h.sequence_number, NULL::text, 'live', c.sequence_number,
       coalesce(extract(epoch FROM pg_catalog.now() - e.commit_time), 0)::double precision
FROM store.account_heads h
JOIN store.live_cursors c ON c.account_id = h.account_id
LEFT JOIN store.events e
  ON e.account_id = h.account_id AND e.generation = h.generation AND e.sequence_number = c.sequence_number + 1
WHERE h.account_id = $1
UNION ALL
SELECT h.sequence_number, c.table_name, c.state, c.sequence_number,
       coalesce(extract(epoch FROM pg_catalog.now() - e.commit_time), 0)::double precision
FROM store.account_heads h
JOIN store.projection_cursors c ON c.account_id = h.account_id
LEFT JOIN store.events e
  ON e.account_id = h.account_id AND e.generation = h.generation AND e.sequence_number = c.sequence_number + 1
WHERE h.account_id = $1
