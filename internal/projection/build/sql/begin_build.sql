-- $1 account, $2 tables, $3 the projection of each, $4 the last event to be folded of each. A pause stays.
INSERT INTO store.builds AS b (account_id, table_name, projection, until_number, phase)
SELECT $1, u.table_name, u.projection, u.until, 'fold' FROM unnest($2::text[], $3::text[], $4::bigint[]) AS u (table_name, projection, until)
ON CONFLICT (account_id, table_name) DO UPDATE
SET projection = EXCLUDED.projection, until_number = EXCLUDED.until_number, next_key = NULL, events_read = 0,
    rows_written = 0, phase = 'fold', error = NULL,
    started_at = pg_catalog.clock_timestamp(), changed_at = pg_catalog.clock_timestamp()
WHERE b.account_id = $1
