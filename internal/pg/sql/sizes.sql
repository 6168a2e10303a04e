-- The ten largest tables, partitions as one, each with the totals of all.
SELECT coalesce(i.inhparent, t.relid)::regclass::text,
       sum(pg_table_size(t.relid) + pg_indexes_size(t.relid))::float8 AS bytes,
       sum(t.n_dead_tup)::float8,
       (sum(sum(pg_table_size(t.relid))) OVER ())::float8,
       (sum(sum(pg_indexes_size(t.relid))) OVER ())::float8
  FROM pg_stat_user_tables t
  LEFT JOIN pg_inherits i ON i.inhrelid = t.relid
 GROUP BY 1
 ORDER BY bytes DESC
 LIMIT 10
