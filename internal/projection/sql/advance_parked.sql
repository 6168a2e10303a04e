-- $1 account, $2 table, $3 where the page began, $4 where it ends. No row: somebody else applied it.
UPDATE store.projection_cursors
SET sequence_number = $4, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = $2 AND sequence_number = $3
