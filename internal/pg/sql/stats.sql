SELECT s.numbackends::float8,
       current_setting('max_connections')::float8,
       s.xact_commit::float8,
       s.xact_rollback::float8,
       s.blks_hit::float8,
       s.blks_read::float8,
       (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start)), 0)
          FROM pg_stat_activity a
         WHERE a.datname = d.datname AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid())::float8,
       (SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
         WHERE NOT l.granted AND a.datname = d.datname)::float8,
       s.deadlocks::float8,
       age(d.datfrozenxid)::float8,
       (SELECT coalesce(sum(t.n_dead_tup), 0) FROM pg_stat_user_tables t)::float8,
       (SELECT w.wal_bytes FROM pg_stat_wal w)::float8
  FROM pg_database d
  JOIN pg_stat_database s ON s.datname = d.datname
 WHERE d.datname = current_database()
