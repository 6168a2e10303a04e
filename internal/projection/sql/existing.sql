-- What tables and indexes there are. An index that a crash left half-built is not valid.
SELECT c.relname, coalesce(i.indisvalid, true)
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE c.relnamespace = 'read_models'::pg_catalog.regnamespace AND c.relkind IN ('r', 'i')
