-- $1 account, $2 where the page began, $3 where it ends. No row: somebody else applied it.
UPDATE store.live_cursors
SET sequence_number = $3, applied_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND sequence_number = $2
