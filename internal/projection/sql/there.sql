-- $1 tables. How many of them there are.
SELECT count(*)
FROM pg_catalog.pg_class
WHERE relnamespace = 'read_models'::pg_catalog.regnamespace AND relkind = 'r' AND relname = ANY ($1)
