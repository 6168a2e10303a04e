-- $1 account, $2 tables.
INSERT INTO store.projection_cursors AS c (account_id, table_name, sequence_number, state)
SELECT $1, t.name, 0, 'building' FROM unnest($2::text[]) AS t (name)
ON CONFLICT (account_id, table_name) DO UPDATE
SET sequence_number = 0, state = 'building', changed_at = pg_catalog.clock_timestamp()
WHERE c.account_id = $1
