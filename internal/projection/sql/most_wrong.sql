-- All accounts of the store; role watcher.
SELECT account_id::text, pg_catalog.sum(mismatches)::double precision AS rows
FROM store.audits
WHERE mismatches > 0
GROUP BY account_id
ORDER BY rows DESC
LIMIT 10
