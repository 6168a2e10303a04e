-- Upgrades: which accounts go to which release, how far each is, and what it took. Processes work on a run
-- together; each takes one account at a time and holds it by a claim that it renews.

CREATE TABLE catalog.upgrades (
  upgrade_id text PRIMARY KEY,           -- the release's version and a number, e.g. 2026.12.1-1
  release    text NOT NULL REFERENCES catalog.releases (digest),
  state      text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'running', 'paused', 'grace', 'rolling back', 'done', 'rolled back')),
  waves      int[] NOT NULL CHECK (cardinality(waves) > 0),  -- accounts in each
  open_wave  int NOT NULL DEFAULT 0,     -- the last wave that is let in
  throttle   double precision NOT NULL DEFAULT 0 CHECK (throttle >= 0),  -- events per second and worker; 0: none
  plan       jsonb NOT NULL,             -- as it was shown
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  ended_at   timestamptz
);

CREATE TABLE catalog.upgrade_accounts (
  upgrade_id text NOT NULL REFERENCES catalog.upgrades,
  account_id uuid NOT NULL REFERENCES catalog.accounts,
  wave       int NOT NULL,
  place      int NOT NULL,               -- in the order of the run
  from_release text NOT NULL REFERENCES catalog.releases (digest),
  to_release text NOT NULL REFERENCES catalog.releases (digest),  -- the run's, or the same read from where the account is
  back_release text REFERENCES catalog.releases (digest),    -- leads back; null: nothing does
  state      text NOT NULL DEFAULT 'pending'
             CHECK (state IN ('pending', 'building', 'verified', 'switched', 'contracted', 'failed', 'rolled back')),
  events     bigint NOT NULL,            -- that it had when it was planned
  events_read bigint NOT NULL DEFAULT 0, -- by builds
  rows_written bigint NOT NULL DEFAULT 0,
  tables_built int NOT NULL DEFAULT 0,
  pause_ms   double precision,           -- of its appends, by the switch
  switched_at_number bigint,             -- the last event that was decided on from_release
  error      text,
  claimed_by text,
  claimed_until timestamptz,
  started_at timestamptz,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (upgrade_id, account_id)
);
CREATE INDEX upgrade_accounts_next ON catalog.upgrade_accounts (upgrade_id, wave, place);  -- whose turn it is
-- An account is under way in one run at a time; it may be planned in many.
CREATE UNIQUE INDEX upgrade_accounts_one_run ON catalog.upgrade_accounts (account_id) WHERE state IN ('building', 'verified', 'switched');

GRANT SELECT ON catalog.upgrades, catalog.upgrade_accounts TO polder_api, polder_projector;  -- metrics
GRANT SELECT, INSERT, UPDATE ON catalog.upgrades, catalog.upgrade_accounts TO polder_admin;
