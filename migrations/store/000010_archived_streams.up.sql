-- What cold streams come to, in place of their events: builds read it instead of the events up to a revision. It is a copy: events stay where they
-- are, and whoever does not know the table reads them.
CREATE TABLE store.archived_streams (
  account_id      uuid NOT NULL,
  generation      int NOT NULL,
  stream_id       uuid NOT NULL,
  stream_type     text NOT NULL,        -- in the release that archived it
  fingerprint     text NOT NULL,        -- of all that the state depends on; a release with another one reads the events
  stream_revision int NOT NULL CHECK (stream_revision > 0),         -- of the last event that is in the state
  sequence_number bigint NOT NULL CHECK (sequence_number > 0),      -- and its number
  until_number    bigint NOT NULL CHECK (until_number >= sequence_number),  -- of the account: up to it the stream has no event after these
  events          text[] NOT NULL,      -- the types of events that there is something of in the state
  state           json NOT NULL,        -- [[event, revision, sequence number, what it sets], ...]
  archived_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, generation, stream_id)
);
ALTER TABLE store.archived_streams ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.archived_streams FORCE ROW LEVEL SECURITY;
CREATE POLICY across_accounts ON store.archived_streams TO polder_admin USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON store.archived_streams TO polder_builder;
GRANT SELECT ON store.archived_streams TO polder_admin;

-- A state goes with the first change of an event that it is made of, or of its generation, whoever changes that and whatever he knows of states. What
-- archives holds the lock of its account from before it reads the events until its states are stored; a generation goes only when its head names
-- another one, which it holds at that moment, so what is deleted is not waited for.
CREATE FUNCTION store.forget_archived() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended('archived streams of ' || a.account_id, 0))
       FROM (SELECT DISTINCT g.account_id FROM gone g) a;
  END IF;
  DELETE FROM store.archived_streams s
   USING (SELECT DISTINCT g.account_id, g.generation, g.stream_id FROM gone g) g
   WHERE s.account_id = g.account_id AND s.generation = g.generation AND s.stream_id = g.stream_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER events_changed AFTER UPDATE ON store.events REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION store.forget_archived();
CREATE TRIGGER events_deleted AFTER DELETE ON store.events REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION store.forget_archived();
