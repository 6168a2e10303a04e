-- All accounts of the store; role watcher.
WITH b AS (
  SELECT phase, table_name, paused, events_read, rows_written, started_at,
         CASE WHEN phase <> 'failed' THEN greatest(until_number - events_read, 0) ELSE 0 END AS events_left,
         CASE WHEN phase <> 'failed' AND NOT paused AND pg_catalog.now() > started_at
              THEN events_read / extract(epoch FROM pg_catalog.now() - started_at) END AS pace
  FROM store.builds
)
SELECT p.phase,
       pg_catalog.count(b.table_name)::double precision,
       pg_catalog.count(b.table_name) FILTER (WHERE b.paused)::double precision,
       coalesce(pg_catalog.sum(b.events_read), 0)::double precision,
       coalesce(pg_catalog.sum(b.events_left), 0)::double precision,
       coalesce(pg_catalog.sum(b.rows_written), 0)::double precision,
       coalesce(pg_catalog.sum(b.pace), 0)::double precision,
       coalesce(pg_catalog.max(b.events_left / nullif(b.pace, 0)), 0)::double precision,
       coalesce(extract(epoch FROM pg_catalog.now() - pg_catalog.min(b.started_at)), 0)::double precision
FROM unnest(ARRAY['fold', 'chain', 'catch_up', 'prove', 'failed']) AS p (phase)
LEFT JOIN b ON b.phase = p.phase
GROUP BY p.phase
