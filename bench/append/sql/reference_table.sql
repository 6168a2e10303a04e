CREATE SCHEMA reference;
CREATE TABLE reference.events (LIKE store.events INCLUDING ALL) PARTITION BY HASH (account_id);
DO $$
BEGIN
  FOR i IN 0..15 LOOP
    EXECUTE format('CREATE TABLE reference.events_%s PARTITION OF reference.events FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
  END LOOP;
END
$$;
CREATE SEQUENCE reference.numbers CACHE 100;
