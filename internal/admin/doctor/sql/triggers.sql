-- Triggers of the store's tables, and of partitions those that are otherwise than their table's; none that PostgreSQL makes itself.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.quote_ident(t.tgname), t.tgenabled IN ('O', 'A')
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_trigger p ON p.oid = t.tgparentid
WHERE n.nspname = 'store' AND NOT t.tgisinternal AND p.tgenabled IS DISTINCT FROM t.tgenabled
ORDER BY 1, 2
