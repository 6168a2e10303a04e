-- Every table of the store that has rows of accounts, but events and heads, which go last.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND NOT c.relispartition
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('store', 'read_models')
 WHERE a.attname = 'account_id' AND NOT a.attisdropped
   AND c.oid <> 'store.account_heads'::pg_catalog.regclass
 ORDER BY 1
