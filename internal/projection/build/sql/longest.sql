-- All accounts of the store; role watcher. The builds that will take longest at their pace so far.
SELECT account_id::text, projection,
       events_read::double precision / greatest(until_number, 1),
       coalesce((until_number - events_read) * extract(epoch FROM pg_catalog.now() - started_at) / nullif(events_read, 0), 0)::double precision AS seconds
FROM store.builds
WHERE phase <> 'failed'
ORDER BY seconds DESC, until_number DESC
LIMIT 10
