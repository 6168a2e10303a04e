-- Work on whole accounts that takes long, and goes on after a crash: at most one for an account at a time.
CREATE TABLE catalog.account_works (
  account_id uuid PRIMARY KEY,           -- of an account that there is, or that is about to be
  kind       text NOT NULL CHECK (kind IN ('copy', 'move', 'erase')),
  state      text NOT NULL,              -- how far it is; internal/lifecycle has the words
  from_store text REFERENCES catalog.stores,  -- null: it comes from elsewhere, or goes
  to_store   text REFERENCES catalog.stores,
  parameters jsonb NOT NULL DEFAULT '{}',  -- what was asked for
  result     text,                       -- of one that has ended and is kept: an erasure's receipt, to the byte
  signature  bytea,                      -- of the result
  started_by text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.account_works TO polder_admin;

-- An account that is erased loses its name, its keys, and its part in upgrades.
GRANT UPDATE (name) ON catalog.accounts TO polder_admin;
GRANT DELETE ON catalog.api_keys, catalog.upgrade_accounts TO polder_admin;
