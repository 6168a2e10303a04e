-- $1 account, $2 tables, $3 their projections.
INSERT INTO store.audits (account_id, table_name, projection)
SELECT $1, t.table_name, t.projection
FROM unnest($2::text[], $3::text[]) AS t (table_name, projection)
ON CONFLICT (account_id, table_name) DO NOTHING
