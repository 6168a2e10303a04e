-- The partitions too: rights on a partition are rights on its events.
SELECT r.name, t.oid::regclass::text, p.name
FROM unnest($1::text[]) AS r (name)
CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (name)
CROSS JOIN (SELECT 'store.events'::regclass::oid
            UNION ALL SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = 'store.events'::regclass) AS t (oid)
WHERE pg_catalog.has_table_privilege(r.name, t.oid, p.name)
   OR (p.name = 'UPDATE' AND pg_catalog.has_any_column_privilege(r.name, t.oid, 'UPDATE'))
ORDER BY 1, 2, 3
