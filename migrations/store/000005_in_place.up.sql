-- Stored events may be changed in their places where the account's policy allows it, which by default it does not.
-- The policy is in the head, and the statement that changes events obeys it.
ALTER TABLE store.account_heads
  ADD COLUMN immutability text NOT NULL DEFAULT 'strict' CHECK (immutability IN ('strict', 'cut-off', 'mutable')),
  ADD COLUMN closed_until timestamptz;  -- of a cut-off: what was stored by then stays

-- Each event as it was before it was changed, the first time.
CREATE TABLE store.transformed_events (
  account_id        uuid NOT NULL,
  generation        int NOT NULL,
  sequence_number   bigint NOT NULL,
  stream_type       text NOT NULL,
  payload_item_name text NOT NULL,
  payload_version   int NOT NULL,
  payload           json NOT NULL,
  release           text NOT NULL,      -- digest of the one that reads the event as it is now
  actor             text NOT NULL,
  transformed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, generation, sequence_number)
);
ALTER TABLE store.transformed_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.transformed_events FORCE ROW LEVEL SECURITY;
CREATE POLICY bound_to_account ON store.transformed_events TO polder_api, polder_projector
  USING (account_id = nullif(current_setting('polder.account_id', true), '')::uuid);
CREATE POLICY across_accounts ON store.transformed_events TO polder_appender, polder_admin USING (true);

GRANT SELECT ON store.transformed_events TO polder_admin;
GRANT SELECT, INSERT ON store.transformed_events TO polder_builder;
GRANT UPDATE (stream_type, payload_item_name, payload_version, payload) ON store.events TO polder_builder;
