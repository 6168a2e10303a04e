-- $1 account, $2 table, $3 error.
UPDATE store.builds SET phase = 'failed', error = $3, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2
