-- To put another generation of a history in use takes two, as erasing an account does: polder_builder writes its events, and polder_admin, which can
-- store none, has the head name it. A projector's login may act as the builder, and is not to replace a history. What binaries of version 10 cannot do
-- any more is the one step of an upgrade that rewrites histories in which an account is switched: it is refused, the account stays as it was, and an
-- upgrade that is run again by a binary of this version goes on. Nothing else of them is touched, so they go on working.
ALTER TABLE store.account_heads ADD COLUMN held boolean;  -- nobody writes it: the right to is the right to lock the row
REVOKE UPDATE (generation, epoch, release) ON store.account_heads FROM polder_builder;
GRANT UPDATE (held) ON store.account_heads TO polder_builder;

-- And it is one that has the whole history: that next to the one in use, with the same last event. An append changes no generation, so it does not come by here.
CREATE FUNCTION store.keep_generation() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
     AND (abs(NEW.generation - OLD.generation) <> 1
          OR NEW.sequence_number <> OLD.sequence_number
          OR EXISTS (SELECT FROM store.events e
                      WHERE e.account_id = OLD.account_id AND e.generation = OLD.generation AND e.sequence_number = OLD.sequence_number
                        AND NOT EXISTS (SELECT FROM store.events n
                                         WHERE n.account_id = e.account_id AND n.generation = NEW.generation AND n.sequence_number = e.sequence_number
                                           AND n.command_id = e.command_id AND n.commit_time = e.commit_time))) THEN
    RAISE EXCEPTION 'generation % of account % has not the history of generation %', NEW.generation, OLD.account_id, OLD.generation
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'generations_whole';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER generations_whole BEFORE UPDATE OF generation ON store.account_heads FOR EACH ROW WHEN (NEW.generation <> OLD.generation)
  EXECUTE FUNCTION store.keep_generation();
