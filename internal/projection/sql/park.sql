-- $1 account, $2 table, $3 the last event in the table.
INSERT INTO store.projection_cursors AS c (account_id, table_name, sequence_number, state)
VALUES ($1, $2, $3, 'parked')
ON CONFLICT (account_id, table_name) DO UPDATE
SET sequence_number = EXCLUDED.sequence_number, state = 'parked', changed_at = pg_catalog.clock_timestamp()
WHERE c.account_id = $1
