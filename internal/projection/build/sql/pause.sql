-- $1 account, or null for all of the store, $2 projection, or null for all, $3 whether they shall wait; role admin.
UPDATE store.builds SET paused = $3, changed_at = pg_catalog.clock_timestamp()
WHERE (account_id = $1 OR $1 IS NULL) AND (projection = $2 OR $2 IS NULL)
