-- All accounts of the store; role watcher.
SELECT p.phase,
       pg_catalog.count(b.table_name)::double precision,
       pg_catalog.count(b.table_name) FILTER (WHERE b.paused)::double precision,
       coalesce(pg_catalog.sum(greatest(b.until_number - b.events_read, 0)) FILTER (WHERE b.phase = 'fold'), 0)::double precision,
       coalesce(pg_catalog.sum(b.rows_written), 0)::double precision,
       coalesce(extract(epoch FROM pg_catalog.now() - pg_catalog.min(b.started_at)), 0)::double precision
FROM unnest(ARRAY['fold', 'chain', 'catch_up', 'prove', 'failed']) AS p (phase)
LEFT JOIN store.builds b ON b.phase = p.phase
GROUP BY p.phase
