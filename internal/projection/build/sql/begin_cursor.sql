-- $1 account, $2 table.
INSERT INTO store.projection_cursors AS c (account_id, table_name, sequence_number, state)
VALUES ($1, $2, 0, 'building')
ON CONFLICT (account_id, table_name) DO UPDATE
SET sequence_number = 0, state = 'building', changed_at = pg_catalog.clock_timestamp()
WHERE c.account_id = $1
