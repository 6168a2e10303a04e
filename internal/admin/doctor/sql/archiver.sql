-- When archiving failed and succeeded last, and with which file it failed.
SELECT last_failed_time, last_archived_time, coalesce(last_failed_wal, '')
FROM pg_catalog.pg_stat_archiver
