SELECT pid, coalesce(usename, '')::text, application_name, extract(epoch FROM clock_timestamp() - xact_start)::float8
FROM pg_catalog.pg_stat_activity
WHERE backend_type = 'client backend' AND extract(epoch FROM clock_timestamp() - xact_start) > $1
ORDER BY xact_start
LIMIT 20
