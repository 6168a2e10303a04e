-- $1 account, $2 tables, $3 the last event that is in them. Builds that nobody has begun to fill; their rows' locks keep a second builder out.
UPDATE store.builds SET phase = 'catch_up', until_number = $3, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = ANY ($2) AND phase = 'fold' AND next_key IS NULL AND rows_written = 0
