-- Every move of an account's live cursor, in the order of their commits, in the transaction that makes it.
CREATE TABLE public.moves (n bigint GENERATED ALWAYS AS IDENTITY, account_id uuid, was bigint, became bigint);
CREATE FUNCTION public.record_move() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.moves (account_id, was, became) VALUES (NEW.account_id, OLD.sequence_number, NEW.sequence_number);
  RETURN NEW;
END
$$;
CREATE TRIGGER record_move AFTER UPDATE ON store.live_cursors
  FOR EACH ROW WHEN (OLD.sequence_number <> NEW.sequence_number) EXECUTE FUNCTION public.record_move();
