-- Releases change account by account, without a pause: the head says which release the account's appends are
-- decided on, the live cursor which releases' tables its pages keep (000002).

-- An append that was decided on another release is refused by the epoch, which a switch raises, and is told this one:
-- the caller decides again on it, whatever the catalog says by then.
ALTER TABLE store.account_heads ADD COLUMN release text;  -- digest; null: it was never switched, and the catalog's counts

-- What an account leaves behind with a release: its rows, and the states that were folded by it.
GRANT SELECT, DELETE ON store.snapshots TO polder_builder;

-- A switch to a release with other guards writes what they hold, as it follows from the events.
GRANT SELECT, INSERT, DELETE ON store.guard_unique, store.guard_limit TO polder_admin;
