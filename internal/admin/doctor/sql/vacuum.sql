-- Tables for which autovacuum is off, and those of which more is dead than alive.
SELECT pg_catalog.format('%I.%I', s.schemaname, s.relname), o.off, s.n_live_tup, s.n_dead_tup
FROM pg_catalog.pg_stat_all_tables s
JOIN pg_catalog.pg_class c ON c.oid = s.relid
CROSS JOIN LATERAL (SELECT EXISTS (
  SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) WHERE option_name = 'autovacuum_enabled' AND NOT option_value::boolean) AS off) o
WHERE s.schemaname IN ('store', 'catalog', 'read_models')
  AND (o.off OR s.n_dead_tup > greatest(100000, s.n_live_tup))
ORDER BY 1
