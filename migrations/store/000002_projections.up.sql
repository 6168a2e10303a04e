-- Projections of every shape: copies that follow their source, builds, dead letters that
-- were skipped, and audits. The tables stand under the same row-level security as those of
-- the first migration.

-- Which releases' tables pages of an account may keep: those of the release under which tables
-- were made live last, and of the one that it is about to run on. A process that knows the
-- account by an older release would move the cursor over events that newer tables lack.
ALTER TABLE store.live_cursors ADD COLUMN release text, ADD COLUMN next_release text;  -- digests; null: none was changed yet

-- Rows of a table keep copies of columns of another row, and that row has changed. The job
-- takes the new value to them in small transactions; until then queries join instead.
CREATE TABLE store.fan_outs (
  account_id uuid NOT NULL,
  table_name text NOT NULL,             -- whose rows keep the copies
  ref        text NOT NULL,             -- its column that names the source
  source_key uuid NOT NULL,             -- the row that changed
  position   uuid,                      -- the last row that is done; null: none
  rows_done  bigint NOT NULL DEFAULT 0,
  attempts   int NOT NULL DEFAULT 0,    -- failed ones
  error      text,                      -- of the last failed one
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, table_name, ref, source_key)
) WITH (fillfactor = 50);

-- Events that an operator told a projection to leave out, with the reason. A build and an
-- audit leave them out as well, so that they come to the same rows.
CREATE TABLE store.skipped_events (
  account_id        uuid NOT NULL,
  table_name        text NOT NULL,
  sequence_number   bigint NOT NULL,
  payload_item_name text NOT NULL,
  error             text NOT NULL,      -- why it could not be applied
  reason            text NOT NULL,      -- why it was skipped
  actor             text NOT NULL,
  skipped_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, table_name, sequence_number)
);

-- Sync projections are written by appends, which leave tables alone that are being built.
GRANT SELECT ON store.projection_cursors TO polder_appender;
GRANT USAGE ON SCHEMA read_models TO polder_appender;

-- A build under way: how far it is, so that it goes on after a crash.
CREATE TABLE store.builds (
  account_id   uuid NOT NULL,
  table_name   text NOT NULL,           -- the table being filled
  projection   text NOT NULL,
  until_number bigint NOT NULL,         -- the account's events 1..until_number are folded
  next_key     uuid,                    -- keys below it are written; null: none are
  events_read  bigint NOT NULL DEFAULT 0,
  rows_written bigint NOT NULL DEFAULT 0,
  phase        text NOT NULL CHECK (phase IN ('fold', 'chain', 'catch_up', 'prove', 'failed')),
  paused       boolean NOT NULL DEFAULT false,
  error        text,
  started_at   timestamptz NOT NULL DEFAULT now(),
  changed_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, table_name)
) WITH (fillfactor = 50);

-- How far the auditor has come in a table, and what it found. The tables that follow from
-- events are looked at together, under an empty name.
CREATE TABLE store.audits (
  account_id   uuid NOT NULL,
  table_name   text NOT NULL,
  projection   text NOT NULL,
  next_key     uuid,                    -- where the next look begins; null: at the beginning
  rows_checked bigint NOT NULL DEFAULT 0,
  mismatches   bigint NOT NULL DEFAULT 0,
  repaired     bigint NOT NULL DEFAULT 0,
  checked_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, table_name)
) WITH (fillfactor = 50);
CREATE INDEX audits_checked_at ON store.audits (checked_at);  -- whose turn it is

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['fan_outs', 'skipped_events', 'builds', 'audits'] LOOP
    EXECUTE format('ALTER TABLE store.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE store.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY bound_to_account ON store.%I TO polder_api, polder_projector
                    USING (account_id = nullif(current_setting(''polder.account_id'', true), '''')::uuid)', t);
    EXECUTE format('CREATE POLICY across_accounts ON store.%I TO polder_appender, polder_admin USING (true)', t);
    EXECUTE format('CREATE POLICY watched ON store.%I FOR SELECT TO polder_watcher USING (true)', t);
  END LOOP;
END
$$;

GRANT SELECT ON store.fan_outs TO polder_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON store.fan_outs, store.audits TO polder_projector;
GRANT SELECT ON store.skipped_events, store.builds TO polder_projector;
GRANT INSERT ON store.skipped_events TO polder_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON store.fan_outs, store.builds TO polder_builder;
GRANT SELECT ON store.skipped_events TO polder_builder;
GRANT UPDATE (state) ON store.account_heads TO polder_builder;  -- to lock: it hands over tables that appends write
GRANT SELECT ON store.fan_outs, store.skipped_events, store.builds, store.audits TO polder_watcher, polder_admin;
GRANT UPDATE (paused, changed_at) ON store.builds TO polder_admin;
GRANT DELETE ON store.builds TO polder_admin;
