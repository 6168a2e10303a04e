SELECT format('%I.%I', schemaname, tablename), policyname::text
FROM pg_catalog.pg_policies
WHERE schemaname IN ('store', 'read_models') AND permissive = 'PERMISSIVE'
  AND (roles::text[] && $1::text[] OR 'public' = ANY (roles))
  AND coalesce(qual, with_check, '') NOT LIKE '%account_id = %polder.account_id%'
ORDER BY 1, 2
