-- All accounts of the store; role watcher.
SELECT pg_catalog.count(*)::double precision,
       coalesce(extract(epoch FROM pg_catalog.now() - pg_catalog.min(first_failed_at)), 0)::double precision
FROM store.dead_letters
