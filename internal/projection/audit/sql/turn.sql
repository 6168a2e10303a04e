-- All accounts of the store; role watcher. Whose turn it is: an account that nobody has looked
-- at yet, else what was looked at longest ago. And how many seconds ago anything was.
SELECT turn.account_id, turn.table_name, turn.checked_at, l.release, l.next_release,
       coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - (SELECT pg_catalog.max(checked_at) FROM store.audits)), 'infinity')::double precision
FROM (
  (SELECT h.account_id, '' AS table_name, 'epoch'::timestamptz AS checked_at
   FROM store.account_heads h
   WHERE h.sequence_number > 0 AND NOT EXISTS (SELECT 1 FROM store.audits a WHERE a.account_id = h.account_id)
   LIMIT 1)
  UNION ALL
  (SELECT a.account_id, a.table_name, a.checked_at FROM store.audits a ORDER BY a.checked_at LIMIT 1)
) AS turn
LEFT JOIN store.live_cursors l USING (account_id)
ORDER BY turn.checked_at
LIMIT 1
