-- $1 account, $2 table, $3 ref, $4 source, $5 error.
UPDATE store.fan_outs
SET attempts = attempts + 1, error = $5, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2 AND ref = $3 AND source_key = $4
