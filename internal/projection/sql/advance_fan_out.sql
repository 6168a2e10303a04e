-- $1 account, $2 table, $3 ref, $4 source, $5 the last row that is done, $6 rows done now.
UPDATE store.fan_outs
SET position = $5, rows_done = rows_done + $6, attempts = 0, error = NULL, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2 AND ref = $3 AND source_key = $4
