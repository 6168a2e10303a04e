-- $1 account, $2 the unit's tables, $3 the last event that is folded.
UPDATE store.projection_cursors
SET sequence_number = $3, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = ANY ($2) AND state = 'building'
