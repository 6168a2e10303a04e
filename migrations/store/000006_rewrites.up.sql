-- The history of an account is copied into its next generation, in another shape, and the head then names that one.
-- The copy is the builder's work, as COPY is; so is throwing away a generation that is not in use.
GRANT INSERT, DELETE ON store.events TO polder_builder;
GRANT UPDATE (generation, epoch, release) ON store.account_heads TO polder_builder;
GRANT SELECT, INSERT, DELETE ON store.guard_unique, store.guard_limit TO polder_builder;

-- Events of the generation in use stay, whoever asks.
CREATE FUNCTION store.keep_history() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF EXISTS (SELECT FROM store.account_heads h WHERE h.account_id = OLD.account_id AND h.generation = OLD.generation)
     AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
    RAISE EXCEPTION 'event % of account % is in use', OLD.sequence_number, OLD.account_id
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'events_in_use';
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER events_in_use BEFORE DELETE ON store.events FOR EACH ROW EXECUTE FUNCTION store.keep_history();

-- What an event says is changed only where the policy of its account leaves it open.
CREATE FUNCTION store.keep_event() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF EXISTS (SELECT FROM store.account_heads h WHERE h.account_id = OLD.account_id
                AND (h.immutability = 'strict' OR OLD.commit_time <= h.closed_until))
     AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
    RAISE EXCEPTION 'event % of account % may not be changed', OLD.sequence_number, OLD.account_id
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'events_closed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER events_closed BEFORE UPDATE ON store.events FOR EACH ROW EXECUTE FUNCTION store.keep_event();
