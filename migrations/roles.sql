-- The database roles of Polder. They are shared by all databases of a cluster and carry
-- rights only; the logins that processes use are made members of the roles they need
-- and take one role per connection (internal/pg.Role). Running this twice changes nothing.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['polder_owner', 'polder_appender', 'polder_api', 'polder_projector',
                                'polder_builder', 'polder_watcher', 'polder_admin'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
        EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
        IF wanted = 'polder_builder' THEN
          -- COPY into a table under row-level security is refused, so builds bypass it.
          EXECUTE 'ALTER ROLE polder_builder BYPASSRLS';
        END IF;
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- another database of this cluster is being migrated at the same time
    END;
  END LOOP;
  IF NOT pg_catalog.pg_has_role('polder_watcher', 'pg_read_all_stats', 'USAGE') THEN
    BEGIN
      -- The age of other sessions' transactions is among what the watcher measures.
      ALTER ROLE polder_watcher INHERIT;
      GRANT pg_read_all_stats TO polder_watcher;
    EXCEPTION WHEN insufficient_privilege OR internal_error THEN
      NULL; -- the login may not, or another migration is at it; `admin doctor` says when it is missing
    END;
  END IF;
  EXECUTE pg_catalog.format('GRANT CREATE, CONNECT ON DATABASE %I TO polder_owner', pg_catalog.current_database());
END
$$;
