-- The catalog: which accounts exist, on which store and release they are, who may call, and what was changed.
CREATE SCHEMA catalog;

-- Every change of a row that processes cache takes the next number, so that they can ask for what is new.
-- One row: changes of the catalog are rare and run one after another, so a reader that has seen number n
-- has seen all of 1..n.
CREATE TABLE catalog.change_counter (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last      bigint NOT NULL DEFAULT 0
);
INSERT INTO catalog.change_counter DEFAULT VALUES;

CREATE TABLE catalog.stores (
  store_id   text PRIMARY KEY CHECK (store_id ~ '^[a-z][a-z0-9_-]{0,62}$'),
  location   text NOT NULL,             -- postgres://host:port/database, never with credentials
  change     bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE catalog.releases (
  digest       text PRIMARY KEY,        -- sha256 of the canonical IR, hex
  version      text NOT NULL UNIQUE,    -- given by the publisher, e.g. 2026.11.1
  ir           text NOT NULL,           -- canonical JSON, exactly the bytes that were digested
  change       bigint NOT NULL,
  published_by text NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE catalog.accounts (
  account_id uuid PRIMARY KEY,
  name       text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  store_id   text NOT NULL REFERENCES catalog.stores,
  release    text NOT NULL REFERENCES catalog.releases,
  epoch      bigint NOT NULL DEFAULT 1 CHECK (epoch > 0),
  state      text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'moving', 'erased')),
  -- Budget of API requests; null means the platform's default.
  requests_per_second double precision CHECK (requests_per_second > 0),
  request_burst       int CHECK (request_burst > 0),
  change     bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX accounts_change ON catalog.accounts (change);   -- tenant: accounts changed since

CREATE TABLE catalog.api_keys (
  key_id       text PRIMARY KEY,        -- the public half of a key
  account_id   uuid NOT NULL REFERENCES catalog.accounts,
  name         text NOT NULL,
  secret_hash  bytea NOT NULL,          -- sha256 of the secret half, which has 256 random bits
  roles        text[] NOT NULL,         -- model roles; '*' allows all
  created_at   timestamptz NOT NULL DEFAULT now(),
  revoked_at   timestamptz,
  last_used_at timestamptz,             -- recorded in batches, a minute late at most
  change       bigint NOT NULL
);
CREATE INDEX api_keys_account ON catalog.api_keys (account_id);  -- admin key list
CREATE INDEX api_keys_change ON catalog.api_keys (change);       -- tenant: keys changed since

CREATE TABLE catalog.audit_log (
  entry_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor      text NOT NULL,
  action     text NOT NULL,             -- e.g. "account suspend"
  account_id uuid,
  parameters jsonb NOT NULL,
  result     text NOT NULL
);
CREATE INDEX audit_log_at ON catalog.audit_log (at);

GRANT USAGE ON SCHEMA catalog TO polder_api, polder_projector, polder_admin;
GRANT SELECT ON catalog.stores, catalog.releases, catalog.accounts, catalog.change_counter TO polder_api, polder_projector;
GRANT SELECT, UPDATE (last_used_at) ON catalog.api_keys TO polder_api;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA catalog TO polder_admin;
GRANT UPDATE (last) ON catalog.change_counter TO polder_admin;
GRANT UPDATE (location, change) ON catalog.stores TO polder_admin;
GRANT UPDATE (store_id, release, epoch, state, requests_per_second, request_burst, change) ON catalog.accounts TO polder_admin;
GRANT UPDATE (revoked_at, change) ON catalog.api_keys TO polder_admin;
