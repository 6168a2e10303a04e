SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;
CREATE SCHEMA polder_migrations;
ALTER SCHEMA polder_migrations OWNER TO polder_owner;
CREATE SCHEMA read_models;
ALTER SCHEMA read_models OWNER TO polder_owner;
CREATE SCHEMA store;
ALTER SCHEMA store OWNER TO polder_owner;
CREATE FUNCTION store.forget_archived() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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
ALTER FUNCTION store.forget_archived() OWNER TO polder_owner;
CREATE FUNCTION store.keep_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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
ALTER FUNCTION store.keep_event() OWNER TO polder_owner;
CREATE FUNCTION store.keep_head() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
  IF (OLD.state = 'erased') <> (TG_OP = 'DELETE') AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
    RAISE EXCEPTION 'account % is %', OLD.account_id, OLD.state
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'heads_in_use';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
ALTER FUNCTION store.keep_head() OWNER TO polder_owner;
CREATE FUNCTION store.keep_history() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
  IF EXISTS (SELECT FROM store.account_heads h WHERE h.account_id = OLD.account_id AND h.generation = OLD.generation AND h.state <> 'erased')
     AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
    RAISE EXCEPTION 'event % of account % is in use', OLD.sequence_number, OLD.account_id
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'events_in_use';
  END IF;
  RETURN OLD;
END
$$;
ALTER FUNCTION store.keep_history() OWNER TO polder_owner;
CREATE TABLE polder_migrations.store (
    version bigint NOT NULL,
    dirty boolean NOT NULL
);
ALTER TABLE polder_migrations.store OWNER TO polder_owner;
CREATE TABLE read_models.customer_0123456789ab (
    account_id uuid NOT NULL,
    key uuid NOT NULL,
    row_sequence bigint NOT NULL,
    name text COLLATE pg_catalog."C"
);
ALTER TABLE ONLY read_models.customer_0123456789ab FORCE ROW LEVEL SECURITY;
ALTER TABLE read_models.customer_0123456789ab OWNER TO polder_owner;
CREATE TABLE store.account_heads (
    account_id uuid NOT NULL,
    generation integer DEFAULT 0 NOT NULL,
    sequence_number bigint DEFAULT 0 NOT NULL,
    epoch bigint NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    commit_time timestamp with time zone DEFAULT now() NOT NULL,
    release text,
    immutability text DEFAULT 'strict'::text NOT NULL,
    closed_until timestamp with time zone,
    CONSTRAINT account_heads_epoch_check CHECK ((epoch > 0)),
    CONSTRAINT account_heads_immutability_check CHECK ((immutability = ANY (ARRAY['strict'::text, 'cut-off'::text, 'mutable'::text]))),
    CONSTRAINT account_heads_sequence_number_check CHECK ((sequence_number >= 0)),
    CONSTRAINT account_heads_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'moving'::text, 'erased'::text])))
)
WITH (fillfactor='50');
ALTER TABLE ONLY store.account_heads FORCE ROW LEVEL SECURITY;
ALTER TABLE store.account_heads OWNER TO polder_owner;
CREATE TABLE store.archived_streams (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    stream_id uuid NOT NULL,
    stream_type text NOT NULL,
    fingerprint text NOT NULL,
    stream_revision integer NOT NULL,
    sequence_number bigint NOT NULL,
    until_number bigint NOT NULL,
    events text[] NOT NULL,
    state json NOT NULL,
    archived_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT archived_streams_check CHECK ((until_number >= sequence_number)),
    CONSTRAINT archived_streams_sequence_number_check CHECK ((sequence_number > 0)),
    CONSTRAINT archived_streams_stream_revision_check CHECK ((stream_revision > 0))
);
ALTER TABLE ONLY store.archived_streams FORCE ROW LEVEL SECURITY;
ALTER TABLE store.archived_streams OWNER TO polder_owner;
CREATE TABLE store.audits (
    account_id uuid NOT NULL,
    table_name text NOT NULL,
    projection text NOT NULL,
    next_key uuid,
    rows_checked bigint DEFAULT 0 NOT NULL,
    mismatches bigint DEFAULT 0 NOT NULL,
    repaired bigint DEFAULT 0 NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE ONLY store.audits FORCE ROW LEVEL SECURITY;
ALTER TABLE store.audits OWNER TO polder_owner;
CREATE TABLE store.builds (
    account_id uuid NOT NULL,
    table_name text NOT NULL,
    projection text NOT NULL,
    until_number bigint NOT NULL,
    next_key uuid,
    events_read bigint DEFAULT 0 NOT NULL,
    rows_written bigint DEFAULT 0 NOT NULL,
    phase text NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    error text,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT builds_phase_check CHECK ((phase = ANY (ARRAY['fold'::text, 'chain'::text, 'catch_up'::text, 'prove'::text, 'failed'::text])))
)
WITH (fillfactor='50');
ALTER TABLE ONLY store.builds FORCE ROW LEVEL SECURITY;
ALTER TABLE store.builds OWNER TO polder_owner;
CREATE TABLE store.dead_letters (
    account_id uuid NOT NULL,
    table_name text NOT NULL,
    projection text NOT NULL,
    sequence_number bigint NOT NULL,
    payload_item_name text NOT NULL,
    error text NOT NULL,
    release text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    first_failed_at timestamp with time zone DEFAULT now() NOT NULL,
    last_failed_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY store.dead_letters FORCE ROW LEVEL SECURITY;
ALTER TABLE store.dead_letters OWNER TO polder_owner;
CREATE TABLE store.events (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
PARTITION BY HASH (account_id);
ALTER TABLE ONLY store.events FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events OWNER TO polder_owner;
CREATE TABLE store.events_00 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_00 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_00 OWNER TO polder_owner;
CREATE TABLE store.events_01 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_01 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_01 OWNER TO polder_owner;
CREATE TABLE store.events_02 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_02 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_02 OWNER TO polder_owner;
CREATE TABLE store.events_03 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_03 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_03 OWNER TO polder_owner;
CREATE TABLE store.events_04 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_04 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_04 OWNER TO polder_owner;
CREATE TABLE store.events_05 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_05 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_05 OWNER TO polder_owner;
CREATE TABLE store.events_06 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_06 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_06 OWNER TO polder_owner;
CREATE TABLE store.events_07 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_07 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_07 OWNER TO polder_owner;
CREATE TABLE store.events_08 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_08 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_08 OWNER TO polder_owner;
CREATE TABLE store.events_09 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_09 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_09 OWNER TO polder_owner;
CREATE TABLE store.events_10 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_10 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_10 OWNER TO polder_owner;
CREATE TABLE store.events_11 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_11 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_11 OWNER TO polder_owner;
CREATE TABLE store.events_12 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_12 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_12 OWNER TO polder_owner;
CREATE TABLE store.events_13 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_13 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_13 OWNER TO polder_owner;
CREATE TABLE store.events_14 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_14 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_14 OWNER TO polder_owner;
CREATE TABLE store.events_15 (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_id uuid NOT NULL,
    stream_revision integer NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    command_id uuid NOT NULL,
    command_hash bigint NOT NULL,
    causation_id uuid,
    correlation_id uuid,
    actor text NOT NULL,
    commit_time timestamp with time zone NOT NULL,
    CONSTRAINT events_sequence_number_positive CHECK ((sequence_number > 0)),
    CONSTRAINT events_stream_revision_positive CHECK ((stream_revision > 0))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='200000');
ALTER TABLE ONLY store.events_15 FORCE ROW LEVEL SECURITY;
ALTER TABLE store.events_15 OWNER TO polder_owner;
CREATE TABLE store.fan_outs (
    account_id uuid NOT NULL,
    table_name text NOT NULL,
    ref text NOT NULL,
    source_key uuid NOT NULL,
    "position" uuid,
    rows_done bigint DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE ONLY store.fan_outs FORCE ROW LEVEL SECURITY;
ALTER TABLE store.fan_outs OWNER TO polder_owner;
CREATE TABLE store.guard_limit (
    account_id uuid NOT NULL,
    guard text NOT NULL,
    key text NOT NULL,
    used numeric NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE ONLY store.guard_limit FORCE ROW LEVEL SECURITY;
ALTER TABLE store.guard_limit OWNER TO polder_owner;
CREATE TABLE store.guard_series (
    account_id uuid NOT NULL,
    series text NOT NULL,
    last_number bigint NOT NULL,
    CONSTRAINT guard_series_last_number_check CHECK ((last_number > 0))
)
WITH (fillfactor='50');
ALTER TABLE ONLY store.guard_series FORCE ROW LEVEL SECURITY;
ALTER TABLE store.guard_series OWNER TO polder_owner;
CREATE TABLE store.guard_unique (
    account_id uuid NOT NULL,
    guard text NOT NULL,
    key text NOT NULL,
    stream_id uuid NOT NULL
);
ALTER TABLE ONLY store.guard_unique FORCE ROW LEVEL SECURITY;
ALTER TABLE store.guard_unique OWNER TO polder_owner;
CREATE TABLE store.live_cursors (
    account_id uuid NOT NULL,
    sequence_number bigint DEFAULT 0 NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    release text,
    next_release text
)
WITH (fillfactor='50');
ALTER TABLE ONLY store.live_cursors FORCE ROW LEVEL SECURITY;
ALTER TABLE store.live_cursors OWNER TO polder_owner;
CREATE TABLE store.projection_cursors (
    account_id uuid NOT NULL,
    table_name text NOT NULL,
    sequence_number bigint NOT NULL,
    state text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT projection_cursors_state_check CHECK ((state = ANY (ARRAY['building'::text, 'paused'::text, 'parked'::text])))
);
ALTER TABLE ONLY store.projection_cursors FORCE ROW LEVEL SECURITY;
ALTER TABLE store.projection_cursors OWNER TO polder_owner;
CREATE TABLE store.schema_compatibility (
    only_row boolean DEFAULT true NOT NULL,
    compatible_down_to bigint NOT NULL,
    CONSTRAINT schema_compatibility_compatible_down_to_check CHECK ((compatible_down_to > 0)),
    CONSTRAINT schema_compatibility_only_row_check CHECK (only_row)
);
ALTER TABLE store.schema_compatibility OWNER TO polder_owner;
CREATE VIEW store.schema_version AS
 SELECT
        CASE
            WHEN m.dirty THEN (m.version - 1)
            ELSE m.version
        END AS version,
    c.compatible_down_to
   FROM polder_migrations.store m,
    store.schema_compatibility c;
ALTER TABLE store.schema_version OWNER TO polder_owner;
CREATE TABLE store.seals (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    digest bytea NOT NULL,
    checks bytea NOT NULL,
    sealed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT seals_checks_check CHECK ((octet_length(checks) = 40000)),
    CONSTRAINT seals_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT seals_sequence_number_check CHECK (((sequence_number > 0) AND ((sequence_number % (10000)::bigint) = 0)))
);
ALTER TABLE ONLY store.seals ALTER COLUMN checks SET STORAGE EXTERNAL;
ALTER TABLE ONLY store.seals FORCE ROW LEVEL SECURITY;
ALTER TABLE store.seals OWNER TO polder_owner;
CREATE TABLE store.skipped_events (
    account_id uuid NOT NULL,
    table_name text NOT NULL,
    sequence_number bigint NOT NULL,
    payload_item_name text NOT NULL,
    error text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    skipped_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY store.skipped_events FORCE ROW LEVEL SECURITY;
ALTER TABLE store.skipped_events OWNER TO polder_owner;
CREATE TABLE store.snapshots (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    stream_id uuid NOT NULL,
    release text NOT NULL,
    stream_revision integer NOT NULL,
    state json NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT snapshots_stream_revision_check CHECK ((stream_revision > 0))
);
ALTER TABLE ONLY store.snapshots FORCE ROW LEVEL SECURITY;
ALTER TABLE store.snapshots OWNER TO polder_owner;
CREATE TABLE store.transformed_events (
    account_id uuid NOT NULL,
    generation integer NOT NULL,
    sequence_number bigint NOT NULL,
    stream_type text NOT NULL,
    payload_item_name text NOT NULL,
    payload_version integer NOT NULL,
    payload json NOT NULL,
    release text NOT NULL,
    actor text NOT NULL,
    transformed_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY store.transformed_events FORCE ROW LEVEL SECURITY;
ALTER TABLE store.transformed_events OWNER TO polder_owner;
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_00 FOR VALUES WITH (modulus 16, remainder 0);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_01 FOR VALUES WITH (modulus 16, remainder 1);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_02 FOR VALUES WITH (modulus 16, remainder 2);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_03 FOR VALUES WITH (modulus 16, remainder 3);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_04 FOR VALUES WITH (modulus 16, remainder 4);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_05 FOR VALUES WITH (modulus 16, remainder 5);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_06 FOR VALUES WITH (modulus 16, remainder 6);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_07 FOR VALUES WITH (modulus 16, remainder 7);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_08 FOR VALUES WITH (modulus 16, remainder 8);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_09 FOR VALUES WITH (modulus 16, remainder 9);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_10 FOR VALUES WITH (modulus 16, remainder 10);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_11 FOR VALUES WITH (modulus 16, remainder 11);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_12 FOR VALUES WITH (modulus 16, remainder 12);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_13 FOR VALUES WITH (modulus 16, remainder 13);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_14 FOR VALUES WITH (modulus 16, remainder 14);
ALTER TABLE ONLY store.events ATTACH PARTITION store.events_15 FOR VALUES WITH (modulus 16, remainder 15);
INSERT INTO polder_migrations.store VALUES (10, false);
INSERT INTO read_models.customer_0123456789ab VALUES ('11111111-1111-4111-8111-111111111111', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2, 'Alfreds Futterkiste');
INSERT INTO read_models.customer_0123456789ab VALUES ('22222222-2222-4222-8222-222222222222', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, 'Berglunds');
INSERT INTO store.account_heads VALUES ('22222222-2222-4222-8222-222222222222', 1, 1, 2, 'suspended', '2025-01-05 13:00:00+00', NULL, 'strict', NULL);
INSERT INTO store.account_heads VALUES ('11111111-1111-4111-8111-111111111111', 0, 3, 1, 'active', '2025-01-05 12:00:00+00', '6b86', 'strict', NULL);
INSERT INTO store.account_heads VALUES ('77777777-7777-4777-8777-777777777777', 0, 0, 1, 'moving', '2026-11-27 00:37:52.80674+00', NULL, 'strict', NULL);
INSERT INTO store.account_heads VALUES ('88888888-8888-4888-8888-888888888888', 0, 0, 2, 'erased', '2026-11-27 00:37:52.80674+00', NULL, 'strict', NULL);
INSERT INTO store.archived_streams VALUES ('11111111-1111-4111-8111-111111111111', 0, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'Customer', '6b86b273ff34', 2, 2, 3, '{CustomerRegisteredEvent,CustomerRenamedEvent}', '[["CustomerRenamedEvent", 2, 2, {"Name": "Alfreds Futterkiste"}]]', '2026-11-26 21:00:00+00');
INSERT INTO store.audits VALUES ('11111111-1111-4111-8111-111111111111', 'customer_0123456789ab', 'Customers', NULL, 1, 0, 0, '2025-01-06 10:00:00+00');
INSERT INTO store.builds VALUES ('11111111-1111-4111-8111-111111111111', 'customer_0123456789ab', 'Customers', 3, NULL, 0, 0, 'fold', false, NULL, '2025-01-06 10:00:00+00', '2025-01-06 10:00:00+00');
INSERT INTO store.dead_letters VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 'Orders', 3, 'OrderPlacedEvent', 'no', '6b86', 1, '2025-01-05 12:00:00+00', '2025-01-05 12:00:00+00');
INSERT INTO store.events VALUES ('11111111-1111-4111-8111-111111111111', 0, 1, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, 'Customer', 'CustomerRegisteredEvent', 1, '{"Name": "Alfreds"}', 'cccccccc-0000-4000-8000-000000000001', 11, NULL, NULL, 'new', '2025-01-05 10:00:00+00');
INSERT INTO store.events VALUES ('11111111-1111-4111-8111-111111111111', 0, 2, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2, 'Customer', 'CustomerRenamedEvent', 1, '{"Name": "Alfreds Futterkiste"}', 'cccccccc-0000-4000-8000-000000000002', 12, NULL, NULL, 'new', '2025-01-05 11:00:00+00');
INSERT INTO store.events VALUES ('11111111-1111-4111-8111-111111111111', 0, 3, 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 1, 'Order', 'OrderPlacedEvent', 1, '{"Number": "O0007", "Total": 12.50}', 'cccccccc-0000-4000-8000-000000000003', 13, NULL, NULL, 'new', '2025-01-05 12:00:00+00');
INSERT INTO store.events VALUES ('11111111-1111-4111-8111-111111111111', 1, 1, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, 'Customer', 'CustomerRegisteredEvent', 1, '{"Name": "Alfreds"}', 'cccccccc-0000-4000-8000-000000000001', 11, NULL, NULL, 'new', '2025-01-05 10:00:00+00');
INSERT INTO store.events VALUES ('11111111-1111-4111-8111-111111111111', 1, 2, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2, 'Customer', 'CustomerRenamedEvent', 1, '{"Name": "Alfreds Futterkiste"}', 'cccccccc-0000-4000-8000-000000000002', 12, NULL, NULL, 'new', '2025-01-05 11:00:00+00');
INSERT INTO store.events VALUES ('11111111-1111-4111-8111-111111111111', 1, 3, 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 1, 'Order', 'OrderPlacedEvent', 1, '{"Number": "O0007", "Total": 12.50}', 'cccccccc-0000-4000-8000-000000000003', 13, NULL, NULL, 'new', '2025-01-05 12:00:00+00');
INSERT INTO store.events VALUES ('22222222-2222-4222-8222-222222222222', 1, 1, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, 'Customer', 'CustomerRegisteredEvent', 1, '{"Name": "Berglunds"}', 'cccccccc-0000-4000-8000-000000000001', 14, NULL, NULL, 'new', '2025-01-05 13:00:00+00');
INSERT INTO store.fan_outs VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 'customer_id', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', NULL, 0, 0, NULL, '2025-01-06 10:00:00+00', '2025-01-06 10:00:00+00');
INSERT INTO store.guard_limit VALUES ('11111111-1111-4111-8111-111111111111', 'Credit', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 12.50);
INSERT INTO store.guard_series VALUES ('11111111-1111-4111-8111-111111111111', 'O', 7);
INSERT INTO store.guard_unique VALUES ('11111111-1111-4111-8111-111111111111', 'CustomerName', 'alfreds futterkiste', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
INSERT INTO store.live_cursors VALUES ('22222222-2222-4222-8222-222222222222', 1, '2025-01-05 13:00:00+00', NULL, NULL);
INSERT INTO store.live_cursors VALUES ('11111111-1111-4111-8111-111111111111', 2, '2025-01-05 12:00:00+00', '6b86', 'd473');
INSERT INTO store.projection_cursors VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 2, 'parked', '2025-01-05 12:00:00+00');
INSERT INTO store.schema_compatibility VALUES (true, 3);
INSERT INTO store.seals VALUES ('11111111-1111-4111-8111-111111111111', 0, 10000, '\x36c65c85e5f4ce74124e70f9e4f5f57133417c11cdfe2c824d827e692cac70b5', '\x0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d0badf00d', '2026-11-01 03:00:00+00');
INSERT INTO store.skipped_events VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 3, 'OrderPlacedEvent', 'no', 'a test order', 'olga', '2025-01-06 10:00:00+00');
INSERT INTO store.snapshots VALUES ('11111111-1111-4111-8111-111111111111', 0, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', '6b86', 2, '{"Name": "Alfreds Futterkiste"}', '2025-01-05 14:00:00+00');
INSERT INTO store.transformed_events VALUES ('11111111-1111-4111-8111-111111111111', 0, 1, 'Customer', 'CustomerRegisteredEvent', 1, '{"Name": "Alfreds"}', 'r', 'test', '2026-11-27 00:37:52.185473+00');
ALTER TABLE ONLY polder_migrations.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (version);
ALTER TABLE ONLY read_models.customer_0123456789ab
    ADD CONSTRAINT customer_0123456789ab_pkey PRIMARY KEY (account_id, key);
ALTER TABLE ONLY store.account_heads
    ADD CONSTRAINT account_heads_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY store.archived_streams
    ADD CONSTRAINT archived_streams_pkey PRIMARY KEY (account_id, generation, stream_id);
ALTER TABLE ONLY store.audits
    ADD CONSTRAINT audits_pkey PRIMARY KEY (account_id, table_name);
ALTER TABLE ONLY store.builds
    ADD CONSTRAINT builds_pkey PRIMARY KEY (account_id, table_name);
ALTER TABLE ONLY store.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (account_id, table_name);
ALTER TABLE ONLY store.events
    ADD CONSTRAINT events_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_00
    ADD CONSTRAINT events_00_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_00
    ADD CONSTRAINT events_00_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_01
    ADD CONSTRAINT events_01_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_01
    ADD CONSTRAINT events_01_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_02
    ADD CONSTRAINT events_02_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_02
    ADD CONSTRAINT events_02_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_03
    ADD CONSTRAINT events_03_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_03
    ADD CONSTRAINT events_03_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_04
    ADD CONSTRAINT events_04_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_04
    ADD CONSTRAINT events_04_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_05
    ADD CONSTRAINT events_05_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_05
    ADD CONSTRAINT events_05_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_06
    ADD CONSTRAINT events_06_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_06
    ADD CONSTRAINT events_06_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_07
    ADD CONSTRAINT events_07_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_07
    ADD CONSTRAINT events_07_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_08
    ADD CONSTRAINT events_08_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_08
    ADD CONSTRAINT events_08_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_09
    ADD CONSTRAINT events_09_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_09
    ADD CONSTRAINT events_09_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_10
    ADD CONSTRAINT events_10_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_10
    ADD CONSTRAINT events_10_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_11
    ADD CONSTRAINT events_11_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_11
    ADD CONSTRAINT events_11_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_12
    ADD CONSTRAINT events_12_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_12
    ADD CONSTRAINT events_12_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_13
    ADD CONSTRAINT events_13_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_13
    ADD CONSTRAINT events_13_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_14
    ADD CONSTRAINT events_14_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_14
    ADD CONSTRAINT events_14_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.events_15
    ADD CONSTRAINT events_15_account_id_generation_stream_id_stream_revision_key UNIQUE (account_id, generation, stream_id, stream_revision);
ALTER TABLE ONLY store.events_15
    ADD CONSTRAINT events_15_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.fan_outs
    ADD CONSTRAINT fan_outs_pkey PRIMARY KEY (account_id, table_name, ref, source_key);
ALTER TABLE ONLY store.guard_limit
    ADD CONSTRAINT guard_limit_pkey PRIMARY KEY (account_id, guard, key);
ALTER TABLE ONLY store.guard_series
    ADD CONSTRAINT guard_series_pkey PRIMARY KEY (account_id, series);
ALTER TABLE ONLY store.guard_unique
    ADD CONSTRAINT guard_unique_pkey PRIMARY KEY (account_id, guard, key);
ALTER TABLE ONLY store.live_cursors
    ADD CONSTRAINT live_cursors_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY store.projection_cursors
    ADD CONSTRAINT projection_cursors_pkey PRIMARY KEY (account_id, table_name);
ALTER TABLE ONLY store.schema_compatibility
    ADD CONSTRAINT schema_compatibility_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY store.seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (account_id, generation, sequence_number);
ALTER TABLE ONLY store.skipped_events
    ADD CONSTRAINT skipped_events_pkey PRIMARY KEY (account_id, table_name, sequence_number);
ALTER TABLE ONLY store.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (account_id, generation, stream_id, release);
ALTER TABLE ONLY store.transformed_events
    ADD CONSTRAINT transformed_events_pkey PRIMARY KEY (account_id, generation, sequence_number);
CREATE INDEX audits_checked_at ON store.audits USING btree (checked_at);
CREATE INDEX events_commit_time ON ONLY store.events USING brin (commit_time);
CREATE INDEX events_00_commit_time_idx ON store.events_00 USING brin (commit_time);
CREATE INDEX events_01_commit_time_idx ON store.events_01 USING brin (commit_time);
CREATE INDEX events_02_commit_time_idx ON store.events_02 USING brin (commit_time);
CREATE INDEX events_03_commit_time_idx ON store.events_03 USING brin (commit_time);
CREATE INDEX events_04_commit_time_idx ON store.events_04 USING brin (commit_time);
CREATE INDEX events_05_commit_time_idx ON store.events_05 USING brin (commit_time);
CREATE INDEX events_06_commit_time_idx ON store.events_06 USING brin (commit_time);
CREATE INDEX events_07_commit_time_idx ON store.events_07 USING brin (commit_time);
CREATE INDEX events_08_commit_time_idx ON store.events_08 USING brin (commit_time);
CREATE INDEX events_09_commit_time_idx ON store.events_09 USING brin (commit_time);
CREATE INDEX events_10_commit_time_idx ON store.events_10 USING brin (commit_time);
CREATE INDEX events_11_commit_time_idx ON store.events_11 USING brin (commit_time);
CREATE INDEX events_12_commit_time_idx ON store.events_12 USING brin (commit_time);
CREATE INDEX events_13_commit_time_idx ON store.events_13 USING brin (commit_time);
CREATE INDEX events_14_commit_time_idx ON store.events_14 USING brin (commit_time);
CREATE INDEX events_15_commit_time_idx ON store.events_15 USING brin (commit_time);
CREATE INDEX events_payload_item_name ON ONLY store.events USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_00 ON store.events_00 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_01 ON store.events_01 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_02 ON store.events_02 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_03 ON store.events_03 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_04 ON store.events_04 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_05 ON store.events_05 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_06 ON store.events_06 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_07 ON store.events_07 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_08 ON store.events_08 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_09 ON store.events_09 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_10 ON store.events_10 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_11 ON store.events_11 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_12 ON store.events_12 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_13 ON store.events_13 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_14 ON store.events_14 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
CREATE INDEX events_payload_item_name_15 ON store.events_15 USING brin (account_id uuid_bloom_ops (n_distinct_per_range='200'), payload_item_name text_bloom_ops (n_distinct_per_range='100')) WITH (pages_per_range='32');
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_00_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_00_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_00_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_01_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_01_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_01_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_02_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_02_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_02_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_03_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_03_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_03_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_04_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_04_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_04_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_05_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_05_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_05_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_06_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_06_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_06_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_07_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_07_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_07_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_08_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_08_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_08_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_09_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_09_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_09_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_10_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_10_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_10_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_11_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_11_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_11_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_12_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_12_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_12_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_13_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_13_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_13_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_14_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_14_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_14_pkey;
ALTER INDEX store.events_stream_revision_key ATTACH PARTITION store.events_15_account_id_generation_stream_id_stream_revision_key;
ALTER INDEX store.events_commit_time ATTACH PARTITION store.events_15_commit_time_idx;
ALTER INDEX store.events_pkey ATTACH PARTITION store.events_15_pkey;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_00;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_01;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_02;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_03;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_04;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_05;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_06;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_07;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_08;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_09;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_10;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_11;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_12;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_13;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_14;
ALTER INDEX store.events_payload_item_name ATTACH PARTITION store.events_payload_item_name_15;
CREATE TRIGGER events_changed AFTER UPDATE ON store.events REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION store.forget_archived();
CREATE TRIGGER events_closed BEFORE UPDATE ON store.events FOR EACH ROW EXECUTE FUNCTION store.keep_event();
CREATE TRIGGER events_deleted AFTER DELETE ON store.events REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION store.forget_archived();
CREATE TRIGGER events_in_use BEFORE DELETE ON store.events FOR EACH ROW EXECUTE FUNCTION store.keep_history();
CREATE TRIGGER heads_in_use BEFORE DELETE OR UPDATE OF state ON store.account_heads FOR EACH ROW EXECUTE FUNCTION store.keep_head();
CREATE POLICY bound_to_account ON read_models.customer_0123456789ab TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
ALTER TABLE read_models.customer_0123456789ab ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.account_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY across_accounts ON store.account_heads TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.archived_streams TO polder_admin USING (true);
CREATE POLICY across_accounts ON store.audits TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.builds TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.dead_letters TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.events TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.fan_outs TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.guard_limit TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.guard_series TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.guard_unique TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.live_cursors TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.projection_cursors TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.seals TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.skipped_events TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.snapshots TO polder_appender, polder_admin USING (true);
CREATE POLICY across_accounts ON store.transformed_events TO polder_appender, polder_admin USING (true);
ALTER TABLE store.archived_streams ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.audits ENABLE ROW LEVEL SECURITY;
CREATE POLICY bound_to_account ON store.account_heads TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.audits TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.builds TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.dead_letters TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.events TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.fan_outs TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.guard_limit TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.guard_series TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.guard_unique TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.live_cursors TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.projection_cursors TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.seals TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.skipped_events TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.snapshots TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
CREATE POLICY bound_to_account ON store.transformed_events TO polder_api, polder_projector USING ((account_id = (NULLIF(current_setting('polder.account_id'::text, true), ''::text))::uuid));
ALTER TABLE store.builds ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_00 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_01 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_02 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_03 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_04 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_05 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_06 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_07 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_08 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_09 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_10 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_11 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_12 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_13 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_14 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.events_15 ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.fan_outs ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.guard_limit ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.guard_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.guard_unique ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.live_cursors ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.projection_cursors ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.skipped_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE store.transformed_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY watched ON store.account_heads FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.audits FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.builds FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.dead_letters FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.events FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.fan_outs FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.live_cursors FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.projection_cursors FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.seals FOR SELECT TO polder_watcher USING (true);
CREATE POLICY watched ON store.skipped_events FOR SELECT TO polder_watcher USING (true);
GRANT USAGE ON SCHEMA read_models TO polder_api;
GRANT USAGE ON SCHEMA read_models TO polder_projector;
GRANT USAGE ON SCHEMA read_models TO polder_builder;
GRANT USAGE ON SCHEMA read_models TO polder_admin;
GRANT USAGE ON SCHEMA read_models TO polder_appender;
GRANT USAGE ON SCHEMA store TO polder_appender;
GRANT USAGE ON SCHEMA store TO polder_api;
GRANT USAGE ON SCHEMA store TO polder_projector;
GRANT USAGE ON SCHEMA store TO polder_builder;
GRANT USAGE ON SCHEMA store TO polder_watcher;
GRANT USAGE ON SCHEMA store TO polder_admin;
GRANT SELECT ON TABLE read_models.customer_0123456789ab TO polder_api;
GRANT SELECT ON TABLE read_models.customer_0123456789ab TO polder_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE read_models.customer_0123456789ab TO polder_projector;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE read_models.customer_0123456789ab TO polder_builder;
GRANT SELECT ON TABLE store.account_heads TO polder_appender;
GRANT SELECT ON TABLE store.account_heads TO polder_api;
GRANT SELECT ON TABLE store.account_heads TO polder_projector;
GRANT SELECT,DELETE ON TABLE store.account_heads TO polder_builder;
GRANT SELECT ON TABLE store.account_heads TO polder_watcher;
GRANT SELECT,INSERT,UPDATE ON TABLE store.account_heads TO polder_admin;
GRANT UPDATE(generation) ON TABLE store.account_heads TO polder_builder;
GRANT UPDATE(sequence_number) ON TABLE store.account_heads TO polder_appender;
GRANT UPDATE(epoch) ON TABLE store.account_heads TO polder_builder;
GRANT UPDATE(commit_time) ON TABLE store.account_heads TO polder_appender;
GRANT UPDATE(release) ON TABLE store.account_heads TO polder_builder;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.archived_streams TO polder_builder;
GRANT SELECT ON TABLE store.archived_streams TO polder_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.audits TO polder_projector;
GRANT SELECT ON TABLE store.audits TO polder_watcher;
GRANT SELECT ON TABLE store.audits TO polder_admin;
GRANT SELECT,DELETE ON TABLE store.audits TO polder_builder;
GRANT SELECT ON TABLE store.builds TO polder_projector;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.builds TO polder_builder;
GRANT SELECT ON TABLE store.builds TO polder_watcher;
GRANT SELECT,DELETE ON TABLE store.builds TO polder_admin;
GRANT UPDATE(paused) ON TABLE store.builds TO polder_admin;
GRANT UPDATE(changed_at) ON TABLE store.builds TO polder_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.dead_letters TO polder_projector;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.dead_letters TO polder_builder;
GRANT SELECT ON TABLE store.dead_letters TO polder_watcher;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.dead_letters TO polder_admin;
GRANT SELECT,INSERT ON TABLE store.events TO polder_appender;
GRANT SELECT ON TABLE store.events TO polder_api;
GRANT SELECT ON TABLE store.events TO polder_projector;
GRANT SELECT,INSERT,DELETE ON TABLE store.events TO polder_builder;
GRANT SELECT ON TABLE store.events TO polder_admin;
GRANT SELECT(account_id) ON TABLE store.events TO polder_watcher;
GRANT SELECT(generation) ON TABLE store.events TO polder_watcher;
GRANT SELECT(sequence_number) ON TABLE store.events TO polder_watcher;
GRANT UPDATE(stream_type) ON TABLE store.events TO polder_builder;
GRANT UPDATE(payload_item_name) ON TABLE store.events TO polder_builder;
GRANT UPDATE(payload_version) ON TABLE store.events TO polder_builder;
GRANT UPDATE(payload) ON TABLE store.events TO polder_builder;
GRANT SELECT(commit_time) ON TABLE store.events TO polder_watcher;
GRANT SELECT ON TABLE store.events_00 TO polder_admin;
GRANT SELECT ON TABLE store.events_01 TO polder_admin;
GRANT SELECT ON TABLE store.events_02 TO polder_admin;
GRANT SELECT ON TABLE store.events_03 TO polder_admin;
GRANT SELECT ON TABLE store.events_04 TO polder_admin;
GRANT SELECT ON TABLE store.events_05 TO polder_admin;
GRANT SELECT ON TABLE store.events_06 TO polder_admin;
GRANT SELECT ON TABLE store.events_07 TO polder_admin;
GRANT SELECT ON TABLE store.events_08 TO polder_admin;
GRANT SELECT ON TABLE store.events_09 TO polder_admin;
GRANT SELECT ON TABLE store.events_10 TO polder_admin;
GRANT SELECT ON TABLE store.events_11 TO polder_admin;
GRANT SELECT ON TABLE store.events_12 TO polder_admin;
GRANT SELECT ON TABLE store.events_13 TO polder_admin;
GRANT SELECT ON TABLE store.events_14 TO polder_admin;
GRANT SELECT ON TABLE store.events_15 TO polder_admin;
GRANT SELECT ON TABLE store.fan_outs TO polder_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.fan_outs TO polder_projector;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.fan_outs TO polder_builder;
GRANT SELECT ON TABLE store.fan_outs TO polder_watcher;
GRANT SELECT ON TABLE store.fan_outs TO polder_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.guard_limit TO polder_appender;
GRANT SELECT,INSERT,DELETE ON TABLE store.guard_limit TO polder_admin;
GRANT SELECT,INSERT,DELETE ON TABLE store.guard_limit TO polder_builder;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.guard_series TO polder_appender;
GRANT SELECT ON TABLE store.guard_series TO polder_admin;
GRANT SELECT,INSERT,DELETE ON TABLE store.guard_series TO polder_builder;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.guard_unique TO polder_appender;
GRANT SELECT,INSERT,DELETE ON TABLE store.guard_unique TO polder_admin;
GRANT SELECT,INSERT,DELETE ON TABLE store.guard_unique TO polder_builder;
GRANT SELECT ON TABLE store.live_cursors TO polder_api;
GRANT SELECT,UPDATE ON TABLE store.live_cursors TO polder_projector;
GRANT SELECT,DELETE,UPDATE ON TABLE store.live_cursors TO polder_builder;
GRANT SELECT ON TABLE store.live_cursors TO polder_watcher;
GRANT SELECT,INSERT,UPDATE ON TABLE store.live_cursors TO polder_admin;
GRANT SELECT ON TABLE store.projection_cursors TO polder_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.projection_cursors TO polder_projector;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.projection_cursors TO polder_builder;
GRANT SELECT ON TABLE store.projection_cursors TO polder_watcher;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE store.projection_cursors TO polder_admin;
GRANT SELECT ON TABLE store.projection_cursors TO polder_appender;
GRANT SELECT ON TABLE store.schema_version TO polder_api;
GRANT SELECT ON TABLE store.schema_version TO polder_appender;
GRANT SELECT ON TABLE store.schema_version TO polder_projector;
GRANT SELECT ON TABLE store.schema_version TO polder_builder;
GRANT SELECT ON TABLE store.schema_version TO polder_watcher;
GRANT SELECT ON TABLE store.schema_version TO polder_admin;
GRANT SELECT,INSERT ON TABLE store.seals TO polder_projector;
GRANT SELECT ON TABLE store.seals TO polder_admin;
GRANT SELECT,INSERT,DELETE ON TABLE store.seals TO polder_builder;
GRANT SELECT(account_id) ON TABLE store.seals TO polder_watcher;
GRANT SELECT(generation) ON TABLE store.seals TO polder_watcher;
GRANT SELECT(sequence_number) ON TABLE store.seals TO polder_watcher;
GRANT SELECT,INSERT ON TABLE store.skipped_events TO polder_projector;
GRANT SELECT,INSERT,DELETE ON TABLE store.skipped_events TO polder_builder;
GRANT SELECT ON TABLE store.skipped_events TO polder_watcher;
GRANT SELECT ON TABLE store.skipped_events TO polder_admin;
GRANT SELECT,INSERT,UPDATE ON TABLE store.snapshots TO polder_api;
GRANT SELECT ON TABLE store.snapshots TO polder_admin;
GRANT SELECT,DELETE ON TABLE store.snapshots TO polder_builder;
GRANT SELECT ON TABLE store.transformed_events TO polder_admin;
GRANT SELECT,INSERT,DELETE ON TABLE store.transformed_events TO polder_builder;
GRANT SELECT ON TABLE store.transformed_events TO polder_projector;
