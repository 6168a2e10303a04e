-- The partitions too: rights on a partition are rights on its events. The table is found by
-- its name in the catalog, because the login itself may not use the schema. The builder may
-- store what an event says in another shape, where the account's policy leaves it open, and
-- throw a history away that is not in use, which a trigger sees to.
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
WHERE (pg_catalog.has_table_privilege(r.name, t.oid, p.name)
       AND NOT (r.name = 'polder_builder' AND p.name = 'DELETE' AND EXISTS (
         SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname = 'events_in_use' AND g.tgenabled = 'O')))
   OR (p.name = 'UPDATE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND NOT (r.name = 'polder_builder' AND a.attname IN ('stream_type', 'payload_item_name', 'payload_version', 'payload'))
          AND pg_catalog.has_column_privilege(r.name, t.oid, a.attnum, 'UPDATE')))
ORDER BY 1, 2, 3
