-- $1 account, $2 table, $3 projection, $4 the last event to be folded. A pause stays.
INSERT INTO store.builds AS b (account_id, table_name, projection, until_number, phase)
VALUES ($1, $2, $3, $4, 'fold')
ON CONFLICT (account_id, table_name) DO UPDATE
SET projection = EXCLUDED.projection, until_number = EXCLUDED.until_number, next_key = NULL, events_read = 0,
    rows_written = 0, phase = 'fold', error = NULL,
    started_at = pg_catalog.clock_timestamp(), changed_at = pg_catalog.clock_timestamp()
WHERE b.account_id = $1
