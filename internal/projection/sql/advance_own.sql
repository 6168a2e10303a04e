-- $1 account, $2 the unit's tables, $3 where the page began, $4 where it ends. A table that
-- has a cursor of its own and is left out was moved by somebody else.
UPDATE store.projection_cursors
SET sequence_number = $4, changed_at = pg_catalog.clock_timestamp()
WHERE account_id = $1 AND table_name = ANY ($2) AND sequence_number = $3
