-- $1 account, $2 table, $3 phase, one after the fold, which is half of the work.
UPDATE store.builds SET phase = $3, events_read = until_number / 2, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2
