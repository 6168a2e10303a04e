-- $1 account, $2 tables that it has no rows of yet, or that nobody writes from now on: whoever needs them builds them. What has a cursor
-- of its own stands where it stands.
INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state)
SELECT $1, t.name, 0, 'building' FROM unnest($2::text[]) AS t (name)
ON CONFLICT (account_id, table_name) DO NOTHING
