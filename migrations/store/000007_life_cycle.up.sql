-- The life of an account: its history is sealed, it is copied into other accounts and to other stores, and it is erased.

-- Every 10,000 events a digest of all that came before (internal/seal). It is of the events as they were stored, so what
-- the policy of an account lets be changed in place leaves it right.
CREATE TABLE store.seals (
  account_id      uuid NOT NULL,
  generation      int NOT NULL,
  sequence_number bigint NOT NULL CHECK (sequence_number > 0 AND sequence_number % 10000 = 0),
  digest          bytea NOT NULL CHECK (octet_length(digest) = 32),      -- of the events 1..sequence_number
  checks          bytea NOT NULL CHECK (octet_length(checks) = 40000),   -- four bytes of the digest after each of the last 10,000
  sealed_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, generation, sequence_number)
);
ALTER TABLE store.seals ALTER COLUMN checks SET STORAGE EXTERNAL;  -- digests do not compress
ALTER TABLE store.seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.seals FORCE ROW LEVEL SECURITY;
CREATE POLICY bound_to_account ON store.seals TO polder_api, polder_projector
  USING (account_id = nullif(current_setting('polder.account_id', true), '')::uuid);
CREATE POLICY across_accounts ON store.seals TO polder_appender, polder_admin USING (true);
CREATE POLICY watched ON store.seals FOR SELECT TO polder_watcher USING (true);
GRANT SELECT, INSERT ON store.seals TO polder_projector;
GRANT SELECT (account_id, generation, sequence_number) ON store.seals TO polder_watcher;  -- which accounts there is something to seal of
GRANT SELECT ON store.seals TO polder_admin;
GRANT SELECT, INSERT, DELETE ON store.seals TO polder_builder;
GRANT SELECT ON store.transformed_events TO polder_projector;

-- Copies of accounts come by COPY, which is the builder's. A copy is a head that takes no appends until all is there.
GRANT SELECT, INSERT, DELETE ON store.guard_series TO polder_builder;
GRANT INSERT ON store.skipped_events TO polder_builder;
GRANT UPDATE (sequence_number, commit_time) ON store.account_heads TO polder_builder;

-- Erasing an account takes two: polder_admin puts its head in the state erased, which nothing leads out of, and
-- polder_builder may then delete what is left of it, the head last.
GRANT DELETE ON store.account_heads, store.live_cursors, store.skipped_events, store.audits, store.transformed_events TO polder_builder;
GRANT SELECT ON store.audits TO polder_builder;

CREATE FUNCTION store.keep_head() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF (OLD.state = 'erased') <> (TG_OP = 'DELETE') AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
    RAISE EXCEPTION 'account % is %', OLD.account_id, OLD.state
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'heads_in_use';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
-- An append changes no state, so it does not come by here.
CREATE TRIGGER heads_in_use BEFORE DELETE OR UPDATE OF state ON store.account_heads FOR EACH ROW EXECUTE FUNCTION store.keep_head();

CREATE OR REPLACE FUNCTION store.keep_history() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF EXISTS (SELECT FROM store.account_heads h WHERE h.account_id = OLD.account_id AND h.generation = OLD.generation AND h.state <> 'erased')
     AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
    RAISE EXCEPTION 'event % of account % is in use', OLD.sequence_number, OLD.account_id
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'events_in_use';
  END IF;
  RETURN OLD;
END
$$;
