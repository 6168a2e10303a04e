-- $1 account, $2 table, $3 where the next look begins, $4 rows that were found wrong twice,
-- $5 when the first look was. No row: somebody looked in between, and tells what he finds.
UPDATE store.audits
SET next_key = $3, mismatches = mismatches + $4, checked_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2 AND checked_at = $5
