-- $1 bytes. Replication slots that keep more write-ahead log than that.
SELECT slot_name, active, held::bigint, pg_catalog.pg_size_pretty(held)
FROM (SELECT slot_name, active, pg_catalog.pg_wal_lsn_diff(
        CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END, restart_lsn) AS held
      FROM pg_catalog.pg_replication_slots) s
WHERE held > $1
ORDER BY held DESC
