SELECT rolname::text, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole OR rolcreatedb
FROM pg_catalog.pg_roles
WHERE rolname = ANY ($1::text[])
