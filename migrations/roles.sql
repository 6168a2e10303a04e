-- The database roles of Polder. They are shared by all databases of a cluster and carry
-- rights only; the logins that processes use are made members of the roles they need
-- and take one role per connection (internal/pg.Role). Running this twice changes nothing,
-- and a login without the right to do so may run it where all is in place.
DO $$
DECLARE
  login    text := session_user;
  database text := pg_catalog.current_database();
  wanted   text;
BEGIN
  -- Two that migrate one database at once would grant rights on it at once, which PostgreSQL refuses.
  PERFORM pg_catalog.pg_advisory_xact_lock(7305796871100);

  FOREACH wanted IN ARRAY ARRAY['polder_owner', 'polder_appender', 'polder_api', 'polder_projector',
                                'polder_builder', 'polder_watcher', 'polder_admin'] LOOP
    CONTINUE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this cluster is being migrated at the same time
      WHEN insufficient_privilege THEN
        RAISE insufficient_privilege USING
          MESSAGE = pg_catalog.format('the role %s is missing and the login %s may not create it', wanted, login),
          HINT = pg_catalog.format('As a superuser: CREATE ROLE %s NOLOGIN NOINHERIT; or ALTER ROLE %I CREATEROLE', wanted, login);
    END;
  END LOOP;

  -- COPY into a table under row-level security is refused, so builds bypass it.
  IF NOT (SELECT rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = 'polder_builder') THEN
    BEGIN
      ALTER ROLE polder_builder BYPASSRLS;
    EXCEPTION
      WHEN insufficient_privilege THEN
        RAISE insufficient_privilege USING
          MESSAGE = pg_catalog.format('the role polder_builder lacks BYPASSRLS and the login %s may not give it', login),
          HINT = 'As a superuser: ALTER ROLE polder_builder BYPASSRLS';
      WHEN OTHERS THEN
        -- Another migration gave it at the same time; else its absence is the error.
        IF NOT (SELECT rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = 'polder_builder') THEN
          RAISE;
        END IF;
    END;
  END IF;

  -- The age of other sessions' transactions is among what the watcher measures. Everything
  -- else works without it, so a login that may not give it is no reason to stop.
  IF NOT pg_catalog.pg_has_role('polder_watcher', 'pg_read_all_stats', 'USAGE') THEN
    BEGIN
      ALTER ROLE polder_watcher INHERIT;
      GRANT pg_read_all_stats TO polder_watcher;
    EXCEPTION WHEN insufficient_privilege OR internal_error THEN
      NULL; -- or another migration is at it; `admin doctor` says when it is missing
    END;
  END IF;

  IF NOT pg_catalog.pg_has_role(login, 'polder_owner', 'MEMBER') THEN
    BEGIN
      EXECUTE pg_catalog.format('GRANT polder_owner TO %I', login);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE insufficient_privilege USING
        MESSAGE = pg_catalog.format('the login %s is no member of polder_owner, as whom migrations run', login),
        HINT = pg_catalog.format('As a superuser: GRANT polder_owner TO %I', login);
    END;
  END IF;

  -- golang-migrate's tables get their place here, under the lock. Where they have it, nothing
  -- is asked for: an operator may have taken the right to create schemas back.
  IF pg_catalog.to_regnamespace('polder_migrations') IS NULL THEN
    BEGIN
      EXECUTE pg_catalog.format('GRANT CREATE, CONNECT ON DATABASE %I TO polder_owner', database);
    EXCEPTION WHEN insufficient_privilege THEN
      NULL; -- whoever has some right on the database gets a warning instead; both are checked below
    END;
    IF NOT pg_catalog.has_database_privilege('polder_owner', database, 'CREATE') THEN
      RAISE insufficient_privilege USING
        MESSAGE = pg_catalog.format('polder_owner may not create schemas in the database %s and the login %s may not allow it', database, login),
        HINT = pg_catalog.format('As the database''s owner: GRANT CREATE, CONNECT ON DATABASE %I TO polder_owner', database);
    END IF;
    SET LOCAL ROLE polder_owner;
    CREATE SCHEMA polder_migrations;
  END IF;
END
$$;
