-- The partitions too: rights on a partition are rights on its events. The table is found by
-- its name in the catalog, because the login itself may not use the schema.
SELECT r.name, t.oid::regclass::text, p.name
FROM unnest($1::text[]) AS r (name)
CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (name)
CROSS JOIN (
  SELECT c.oid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'store'
  LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid
  LEFT JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
  WHERE c.relkind IN ('r', 'p') AND 'events' IN (c.relname, parent.relname)
) AS t
WHERE pg_catalog.has_table_privilege(r.name, t.oid, p.name)
   OR (p.name = 'UPDATE' AND pg_catalog.has_any_column_privilege(r.name, t.oid, 'UPDATE'))
ORDER BY 1, 2, 3
