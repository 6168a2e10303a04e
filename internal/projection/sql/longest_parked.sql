-- All accounts of the store; role watcher. Two tables of one projection, of two releases, are one line.
SELECT account_id::text, projection,
       extract(epoch FROM pg_catalog.now() - pg_catalog.min(first_failed_at))::double precision AS seconds
FROM store.dead_letters
GROUP BY account_id, projection
ORDER BY seconds DESC
LIMIT 10
