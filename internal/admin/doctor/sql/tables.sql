SELECT wanted FROM unnest($1::text[]) AS w (wanted)
WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_tables t WHERE t.schemaname = 'read_models' AND t.tablename = wanted)
ORDER BY wanted
