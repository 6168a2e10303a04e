-- $1 account, $2 table, $3 where the pass began (null: at the first key), $4 where the next one begins, $5 rows.
-- No row: another builder has written this range.
UPDATE store.builds
SET next_key = $4, rows_written = rows_written + $5, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2 AND phase = 'fold' AND next_key IS NOT DISTINCT FROM $3
