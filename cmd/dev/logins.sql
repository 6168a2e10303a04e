-- The logins of a development machine: each process takes the roles it needs and no other.
-- Running this twice changes nothing.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN SELECT * FROM (VALUES
      ('polder_api_login',       'polder_api, polder_appender, polder_watcher'),
      ('polder_projector_login', 'polder_projector, polder_builder, polder_watcher'),
      -- admin applies events too: it retries parked projections, mends rows and builds tables
      ('polder_admin_login',     'polder_admin, polder_owner, polder_watcher, polder_projector, polder_builder')) AS logins (name, roles) LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN NOINHERIT', wanted.name);
    END IF;
    EXECUTE pg_catalog.format('GRANT %s TO %I', wanted.roles, wanted.name);
  END LOOP;
END
$$;
