-- $1 account, $2 table, $3 where the next look begins, $4 rows that were compared. The answer is
-- the time by which a second look knows that nobody looked in between.
UPDATE store.audits
SET next_key = $3, rows_checked = rows_checked + $4, checked_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2
RETURNING checked_at
