-- A store: the events of many accounts, what guards them, and how far they are projected.
-- Every table starts its key with account_id and stands under forced row-level security:
--   polder_api, polder_projector  see the one account that the transaction is bound to
--                                 (setting polder.account_id, local to the transaction);
--   polder_appender, polder_admin see all accounts, because a group append and an operator span them;
--   polder_watcher                sees all heads and cursors, the commit times of events, and no customer's data;
--   polder_owner                  owns, and under FORCE sees nothing;
--   polder_builder                bypasses (COPY is refused under row-level security).
CREATE SCHEMA store;
CREATE SCHEMA read_models;  -- tables of projections, named by fingerprint, created when a release is published

-- One row per account. Its lock orders the account's appends; its number is the account's version:
-- what a process remembers of an account is true exactly while the head is the remembered one.
CREATE TABLE store.account_heads (
  account_id      uuid PRIMARY KEY,
  generation      int NOT NULL DEFAULT 0,
  sequence_number bigint NOT NULL DEFAULT 0 CHECK (sequence_number >= 0),
  epoch           bigint NOT NULL CHECK (epoch > 0),
  state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'moving', 'erased')),
  commit_time     timestamptz NOT NULL DEFAULT now()  -- of the last event; never goes back within an account
) WITH (fillfactor = 50);

CREATE TABLE store.events (
  account_id        uuid NOT NULL,
  generation        int NOT NULL,
  sequence_number   bigint NOT NULL,
  stream_id         uuid NOT NULL,
  stream_revision   int NOT NULL,
  stream_type       text NOT NULL,
  payload_item_name text NOT NULL,
  payload_version   int NOT NULL,
  payload           json NOT NULL,
  command_id        uuid NOT NULL,
  command_hash      bigint NOT NULL,
  causation_id      uuid,
  correlation_id    uuid,
  actor             text NOT NULL,
  commit_time       timestamptz NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (account_id, generation, sequence_number),                         -- read by account
  CONSTRAINT events_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision),    -- read by stream
  CONSTRAINT events_sequence_number_positive CHECK (sequence_number > 0),
  CONSTRAINT events_stream_revision_positive CHECK (stream_revision > 0)
) PARTITION BY HASH (account_id);

DO $$
BEGIN
  FOR i IN 0..15 LOOP
    EXECUTE format('CREATE TABLE store.events_%s PARTITION OF store.events FOR VALUES WITH (MODULUS 16, REMAINDER %s)
                    WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000,
                          autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 200000)',
                   to_char(i, 'FM00'), i);
    EXECUTE format('ALTER TABLE store.events_%s ENABLE ROW LEVEL SECURITY', to_char(i, 'FM00'));
    EXECUTE format('ALTER TABLE store.events_%s FORCE ROW LEVEL SECURITY', to_char(i, 'FM00'));
  END LOOP;
END
$$;
CREATE INDEX events_commit_time ON store.events USING brin (commit_time);  -- read as of a time

-- Guards: rules over many streams, written only by appends under the head's lock, rebuildable from the events.
CREATE TABLE store.guard_unique (
  account_id uuid NOT NULL,
  guard      text NOT NULL,
  key        text NOT NULL,
  stream_id  uuid NOT NULL,             -- the owner
  PRIMARY KEY (account_id, guard, key)
);
CREATE TABLE store.guard_series (
  account_id  uuid NOT NULL,
  series      text NOT NULL,
  last_number bigint NOT NULL CHECK (last_number > 0),
  PRIMARY KEY (account_id, series)
) WITH (fillfactor = 50);
CREATE TABLE store.guard_limit (
  account_id uuid NOT NULL,
  guard      text NOT NULL,
  key        text NOT NULL,
  used       numeric NOT NULL,
  PRIMARY KEY (account_id, guard, key)
) WITH (fillfactor = 50);

-- Folded state of a stream, so that loading reads only the tail. A release reads its own snapshots only.
CREATE TABLE store.snapshots (
  account_id      uuid NOT NULL,
  generation      int NOT NULL,
  stream_id       uuid NOT NULL,
  release         text NOT NULL,
  stream_revision int NOT NULL CHECK (stream_revision > 0),
  state           json NOT NULL,
  taken_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, generation, stream_id, release)
);

-- How far the account's live projections have come: all of them together, one row per account.
CREATE TABLE store.live_cursors (
  account_id      uuid PRIMARY KEY,
  sequence_number bigint NOT NULL DEFAULT 0,
  applied_at      timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- A projection that is not live for an account (building, paused, parked) has a cursor of its own.
CREATE TABLE store.projection_cursors (
  account_id      uuid NOT NULL,
  table_name      text NOT NULL,        -- the fingerprinted table in schema read_models
  sequence_number bigint NOT NULL,      -- the last event that is in the table
  state           text NOT NULL CHECK (state IN ('building', 'paused', 'parked')),
  changed_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, table_name)
);

-- The event at which a projection was parked.
CREATE TABLE store.dead_letters (
  account_id      uuid NOT NULL,
  table_name      text NOT NULL,
  projection      text NOT NULL,        -- its name in the release
  sequence_number bigint NOT NULL,
  payload_item_name text NOT NULL,
  error           text NOT NULL,
  release         text NOT NULL,
  attempts        int NOT NULL DEFAULT 1,
  first_failed_at timestamptz NOT NULL DEFAULT now(),
  last_failed_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, table_name)
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['account_heads', 'events', 'guard_unique', 'guard_series', 'guard_limit', 'snapshots',
                           'live_cursors', 'projection_cursors', 'dead_letters'] LOOP
    EXECUTE format('ALTER TABLE store.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE store.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY bound_to_account ON store.%I TO polder_api, polder_projector
                    USING (account_id = nullif(current_setting(''polder.account_id'', true), '''')::uuid)', t);
    EXECUTE format('CREATE POLICY across_accounts ON store.%I TO polder_appender, polder_admin USING (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['account_heads', 'events', 'live_cursors', 'projection_cursors', 'dead_letters'] LOOP
    EXECUTE format('CREATE POLICY watched ON store.%I FOR SELECT TO polder_watcher USING (true)', t);
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA store TO polder_appender, polder_api, polder_projector, polder_builder, polder_watcher, polder_admin;
GRANT USAGE ON SCHEMA read_models TO polder_api, polder_projector, polder_builder, polder_admin;

-- Appends: events are inserted, never changed; heads are moved.
GRANT SELECT, INSERT ON store.events TO polder_appender;
GRANT SELECT, UPDATE (sequence_number, commit_time) ON store.account_heads TO polder_appender;
GRANT SELECT, INSERT, UPDATE, DELETE ON store.guard_unique, store.guard_series, store.guard_limit TO polder_appender;

-- Commands and queries read; snapshots are a cache that commands keep.
GRANT SELECT ON store.events, store.account_heads, store.live_cursors, store.projection_cursors TO polder_api;
GRANT SELECT, INSERT, UPDATE ON store.snapshots TO polder_api;

-- Projectors read events, write cursors; the rights on read_models tables are granted when those are created.
GRANT SELECT ON store.events, store.account_heads TO polder_projector;
GRANT SELECT, UPDATE ON store.live_cursors TO polder_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON store.projection_cursors, store.dead_letters TO polder_projector;

-- Builds read everything and write cursors and read models.
GRANT SELECT ON store.events, store.account_heads TO polder_builder;
GRANT SELECT, UPDATE ON store.live_cursors TO polder_builder;
GRANT SELECT, INSERT, UPDATE, DELETE ON store.projection_cursors, store.dead_letters TO polder_builder;

-- Wake-ups and metrics.
GRANT SELECT ON store.account_heads, store.live_cursors, store.projection_cursors, store.dead_letters TO polder_watcher;
GRANT SELECT (account_id, generation, sequence_number, commit_time) ON store.events TO polder_watcher; -- the age of a lag

-- Operators create and suspend accounts, look at everything, and change no event.
GRANT SELECT ON ALL TABLES IN SCHEMA store TO polder_admin;
GRANT INSERT, UPDATE ON store.account_heads, store.live_cursors TO polder_admin;
GRANT INSERT, UPDATE, DELETE ON store.projection_cursors, store.dead_letters TO polder_admin;
