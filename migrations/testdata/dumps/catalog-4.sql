SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;
CREATE SCHEMA catalog;
ALTER SCHEMA catalog OWNER TO polder_owner;
CREATE SCHEMA polder_migrations;
ALTER SCHEMA polder_migrations OWNER TO polder_owner;
CREATE TABLE catalog.account_works (
    account_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    from_store text,
    to_store text,
    parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
    result text,
    signature bytea,
    started_by text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_works_kind_check CHECK ((kind = ANY (ARRAY['copy'::text, 'move'::text, 'erase'::text])))
);
ALTER TABLE catalog.account_works OWNER TO polder_owner;
CREATE TABLE catalog.accounts (
    account_id uuid NOT NULL,
    name text NOT NULL,
    store_id text NOT NULL,
    release text NOT NULL,
    epoch bigint DEFAULT 1 NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    requests_per_second double precision,
    request_burst integer,
    change bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT accounts_epoch_check CHECK ((epoch > 0)),
    CONSTRAINT accounts_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT accounts_request_burst_check CHECK ((request_burst > 0)),
    CONSTRAINT accounts_requests_per_second_check CHECK ((requests_per_second > (0)::double precision)),
    CONSTRAINT accounts_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'moving'::text, 'erased'::text])))
);
ALTER TABLE catalog.accounts OWNER TO polder_owner;
CREATE TABLE catalog.api_keys (
    key_id text NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    roles text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    change bigint NOT NULL
);
ALTER TABLE catalog.api_keys OWNER TO polder_owner;
CREATE TABLE catalog.audit_log (
    entry_id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    account_id uuid,
    parameters jsonb NOT NULL,
    result text NOT NULL
);
ALTER TABLE catalog.audit_log OWNER TO polder_owner;
ALTER TABLE catalog.audit_log ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME catalog.audit_log_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE catalog.change_counter (
    only_row boolean DEFAULT true NOT NULL,
    last bigint DEFAULT 0 NOT NULL,
    CONSTRAINT change_counter_only_row_check CHECK (only_row)
);
ALTER TABLE catalog.change_counter OWNER TO polder_owner;
CREATE TABLE catalog.releases (
    digest text NOT NULL,
    version text NOT NULL,
    ir text NOT NULL,
    change bigint NOT NULL,
    published_by text NOT NULL,
    published_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE catalog.releases OWNER TO polder_owner;
CREATE TABLE catalog.schema_compatibility (
    only_row boolean DEFAULT true NOT NULL,
    compatible_down_to bigint NOT NULL,
    CONSTRAINT schema_compatibility_compatible_down_to_check CHECK ((compatible_down_to > 0)),
    CONSTRAINT schema_compatibility_only_row_check CHECK (only_row)
);
ALTER TABLE catalog.schema_compatibility OWNER TO polder_owner;
CREATE TABLE polder_migrations.catalog (
    version bigint NOT NULL,
    dirty boolean NOT NULL
);
ALTER TABLE polder_migrations.catalog OWNER TO polder_owner;
CREATE VIEW catalog.schema_version AS
 SELECT
        CASE
            WHEN m.dirty THEN (m.version - 1)
            ELSE m.version
        END AS version,
    c.compatible_down_to
   FROM polder_migrations.catalog m,
    catalog.schema_compatibility c;
ALTER TABLE catalog.schema_version OWNER TO polder_owner;
CREATE TABLE catalog.stores (
    store_id text NOT NULL,
    location text NOT NULL,
    change bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT stores_store_id_check CHECK ((store_id ~ '^[a-z][a-z0-9_-]{0,62}$'::text))
);
ALTER TABLE catalog.stores OWNER TO polder_owner;
CREATE TABLE catalog.upgrade_accounts (
    upgrade_id text NOT NULL,
    account_id uuid NOT NULL,
    wave integer NOT NULL,
    place integer NOT NULL,
    from_release text NOT NULL,
    to_release text NOT NULL,
    back_release text,
    state text DEFAULT 'pending'::text NOT NULL,
    events bigint NOT NULL,
    events_read bigint DEFAULT 0 NOT NULL,
    rows_written bigint DEFAULT 0 NOT NULL,
    tables_built integer DEFAULT 0 NOT NULL,
    pause_ms double precision,
    switched_at_number bigint,
    error text,
    claimed_by text,
    claimed_until timestamp with time zone,
    started_at timestamp with time zone,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT upgrade_accounts_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'building'::text, 'verified'::text, 'switched'::text, 'contracted'::text, 'failed'::text, 'rolled back'::text])))
);
ALTER TABLE catalog.upgrade_accounts OWNER TO polder_owner;
CREATE TABLE catalog.upgrades (
    upgrade_id text NOT NULL,
    release text NOT NULL,
    state text DEFAULT 'planned'::text NOT NULL,
    waves integer[] NOT NULL,
    open_wave integer DEFAULT 0 NOT NULL,
    throttle double precision DEFAULT 0 NOT NULL,
    plan jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT upgrades_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'running'::text, 'paused'::text, 'grace'::text, 'rolling back'::text, 'done'::text, 'rolled back'::text]))),
    CONSTRAINT upgrades_throttle_check CHECK ((throttle >= (0)::double precision)),
    CONSTRAINT upgrades_waves_check CHECK ((cardinality(waves) > 0))
);
ALTER TABLE catalog.upgrades OWNER TO polder_owner;
INSERT INTO catalog.account_works VALUES ('33333333-3333-4333-8333-333333333333', 'copy', 'copying', NULL, 'main', '{"name": "eastwind", "release": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"}', NULL, NULL, 'olga', '2025-03-01 10:00:00+00', '2025-03-01 11:00:00+00');
INSERT INTO catalog.accounts VALUES ('11111111-1111-4111-8111-111111111111', 'northwind', 'main', '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 1, 'active', NULL, NULL, 3, '2025-01-02 10:00:00+00');
INSERT INTO catalog.accounts VALUES ('22222222-2222-4222-8222-222222222222', 'southwind', 'main', '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 2, 'suspended', 5, 10, 4, '2025-01-02 11:00:00+00');
INSERT INTO catalog.api_keys VALUES ('old', '11111111-1111-4111-8111-111111111111', 'shop', '\x0102', '{clerk}', '2025-01-03 10:00:00+00', '2025-02-03 10:00:00+00', NULL, 5);
INSERT INTO catalog.api_keys VALUES ('new', '11111111-1111-4111-8111-111111111111', 'shop', '\x0304', '{*}', '2025-01-03 11:00:00+00', NULL, '2025-03-03 10:00:00+00', 6);
INSERT INTO catalog.audit_log OVERRIDING SYSTEM VALUE VALUES (1, '2025-01-02 10:00:00+00', 'olga', 'account create', '11111111-1111-4111-8111-111111111111', '{"name": "northwind"}', 'ok');
INSERT INTO catalog.change_counter VALUES (true, 7);
INSERT INTO catalog.releases VALUES ('6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', '2025.1.1', '{}', 2, 'olga', '2025-01-01 10:00:00+00');
INSERT INTO catalog.releases VALUES ('d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', '2025.2.1', '{}', 7, 'olga', '2025-02-01 10:00:00+00');
INSERT INTO catalog.schema_compatibility VALUES (true, 2);
INSERT INTO catalog.stores VALUES ('main', 'postgres://127.0.0.1:5432/polder', 1, '2025-01-01 09:00:00+00');
INSERT INTO catalog.upgrade_accounts VALUES ('2025.2.1-1', '11111111-1111-4111-8111-111111111111', 0, 1, '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', NULL, 'building', 3, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, '2025-02-02 10:00:00+00');
INSERT INTO catalog.upgrade_accounts VALUES ('2025.2.1-1', '22222222-2222-4222-8222-222222222222', 1, 1, '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', NULL, 'pending', 1, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, '2025-02-02 10:00:00+00');
INSERT INTO catalog.upgrades VALUES ('2025.2.1-1', 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', 'running', '{1,1}', 1, 0, '{}', 'olga', '2025-02-02 10:00:00+00', NULL, NULL);
INSERT INTO polder_migrations.catalog VALUES (4, false);
SELECT pg_catalog.setval('catalog.audit_log_entry_id_seq', 1, true);
ALTER TABLE ONLY catalog.account_works
    ADD CONSTRAINT account_works_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY catalog.accounts
    ADD CONSTRAINT accounts_name_key UNIQUE (name);
ALTER TABLE ONLY catalog.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY catalog.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (key_id);
ALTER TABLE ONLY catalog.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY catalog.change_counter
    ADD CONSTRAINT change_counter_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY catalog.releases
    ADD CONSTRAINT releases_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY catalog.releases
    ADD CONSTRAINT releases_version_key UNIQUE (version);
ALTER TABLE ONLY catalog.schema_compatibility
    ADD CONSTRAINT schema_compatibility_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY catalog.stores
    ADD CONSTRAINT stores_pkey PRIMARY KEY (store_id);
ALTER TABLE ONLY catalog.upgrade_accounts
    ADD CONSTRAINT upgrade_accounts_pkey PRIMARY KEY (upgrade_id, account_id);
ALTER TABLE ONLY catalog.upgrades
    ADD CONSTRAINT upgrades_pkey PRIMARY KEY (upgrade_id);
ALTER TABLE ONLY polder_migrations.catalog
    ADD CONSTRAINT catalog_pkey PRIMARY KEY (version);
CREATE INDEX accounts_change ON catalog.accounts USING btree (change);
CREATE INDEX api_keys_account ON catalog.api_keys USING btree (account_id);
CREATE INDEX api_keys_change ON catalog.api_keys USING btree (change);
CREATE INDEX audit_log_at ON catalog.audit_log USING btree (at);
CREATE INDEX upgrade_accounts_next ON catalog.upgrade_accounts USING btree (upgrade_id, wave, place);
CREATE UNIQUE INDEX upgrade_accounts_one_run ON catalog.upgrade_accounts USING btree (account_id) WHERE (state = ANY (ARRAY['building'::text, 'verified'::text, 'switched'::text]));
ALTER TABLE ONLY catalog.account_works
    ADD CONSTRAINT account_works_from_store_fkey FOREIGN KEY (from_store) REFERENCES catalog.stores(store_id);
ALTER TABLE ONLY catalog.account_works
    ADD CONSTRAINT account_works_to_store_fkey FOREIGN KEY (to_store) REFERENCES catalog.stores(store_id);
ALTER TABLE ONLY catalog.accounts
    ADD CONSTRAINT accounts_release_fkey FOREIGN KEY (release) REFERENCES catalog.releases(digest);
ALTER TABLE ONLY catalog.accounts
    ADD CONSTRAINT accounts_store_id_fkey FOREIGN KEY (store_id) REFERENCES catalog.stores(store_id);
ALTER TABLE ONLY catalog.api_keys
    ADD CONSTRAINT api_keys_account_id_fkey FOREIGN KEY (account_id) REFERENCES catalog.accounts(account_id);
ALTER TABLE ONLY catalog.upgrade_accounts
    ADD CONSTRAINT upgrade_accounts_account_id_fkey FOREIGN KEY (account_id) REFERENCES catalog.accounts(account_id);
ALTER TABLE ONLY catalog.upgrade_accounts
    ADD CONSTRAINT upgrade_accounts_back_release_fkey FOREIGN KEY (back_release) REFERENCES catalog.releases(digest);
ALTER TABLE ONLY catalog.upgrade_accounts
    ADD CONSTRAINT upgrade_accounts_from_release_fkey FOREIGN KEY (from_release) REFERENCES catalog.releases(digest);
ALTER TABLE ONLY catalog.upgrade_accounts
    ADD CONSTRAINT upgrade_accounts_to_release_fkey FOREIGN KEY (to_release) REFERENCES catalog.releases(digest);
ALTER TABLE ONLY catalog.upgrade_accounts
    ADD CONSTRAINT upgrade_accounts_upgrade_id_fkey FOREIGN KEY (upgrade_id) REFERENCES catalog.upgrades(upgrade_id);
ALTER TABLE ONLY catalog.upgrades
    ADD CONSTRAINT upgrades_release_fkey FOREIGN KEY (release) REFERENCES catalog.releases(digest);
GRANT USAGE ON SCHEMA catalog TO polder_api;
GRANT USAGE ON SCHEMA catalog TO polder_projector;
GRANT USAGE ON SCHEMA catalog TO polder_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.account_works TO polder_admin;
GRANT SELECT ON TABLE catalog.accounts TO polder_api;
GRANT SELECT ON TABLE catalog.accounts TO polder_projector;
GRANT SELECT,INSERT ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(name) ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(store_id) ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(release) ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(epoch) ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(state) ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(requests_per_second) ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(request_burst) ON TABLE catalog.accounts TO polder_admin;
GRANT UPDATE(change) ON TABLE catalog.accounts TO polder_admin;
GRANT SELECT ON TABLE catalog.api_keys TO polder_api;
GRANT SELECT,INSERT,DELETE ON TABLE catalog.api_keys TO polder_admin;
GRANT UPDATE(revoked_at) ON TABLE catalog.api_keys TO polder_admin;
GRANT UPDATE(last_used_at) ON TABLE catalog.api_keys TO polder_api;
GRANT UPDATE(change) ON TABLE catalog.api_keys TO polder_admin;
GRANT SELECT,INSERT ON TABLE catalog.audit_log TO polder_admin;
GRANT SELECT ON TABLE catalog.change_counter TO polder_api;
GRANT SELECT ON TABLE catalog.change_counter TO polder_projector;
GRANT SELECT,INSERT ON TABLE catalog.change_counter TO polder_admin;
GRANT UPDATE(last) ON TABLE catalog.change_counter TO polder_admin;
GRANT SELECT ON TABLE catalog.releases TO polder_api;
GRANT SELECT ON TABLE catalog.releases TO polder_projector;
GRANT SELECT,INSERT ON TABLE catalog.releases TO polder_admin;
GRANT SELECT ON TABLE catalog.schema_version TO polder_api;
GRANT SELECT ON TABLE catalog.schema_version TO polder_projector;
GRANT SELECT ON TABLE catalog.schema_version TO polder_admin;
GRANT SELECT ON TABLE catalog.stores TO polder_api;
GRANT SELECT ON TABLE catalog.stores TO polder_projector;
GRANT SELECT,INSERT ON TABLE catalog.stores TO polder_admin;
GRANT UPDATE(location) ON TABLE catalog.stores TO polder_admin;
GRANT UPDATE(change) ON TABLE catalog.stores TO polder_admin;
GRANT SELECT ON TABLE catalog.upgrade_accounts TO polder_api;
GRANT SELECT ON TABLE catalog.upgrade_accounts TO polder_projector;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalog.upgrade_accounts TO polder_admin;
GRANT SELECT ON TABLE catalog.upgrades TO polder_api;
GRANT SELECT ON TABLE catalog.upgrades TO polder_projector;
GRANT SELECT,INSERT,UPDATE ON TABLE catalog.upgrades TO polder_admin;
