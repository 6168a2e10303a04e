-- $1 account, $2 tables, $3 their projections. What was never looked at has the oldest time.
INSERT INTO store.audits (account_id, table_name, projection, checked_at)
SELECT $1, t.table_name, t.projection, 'epoch'
FROM unnest($2::text[], $3::text[]) AS t (table_name, projection)
ON CONFLICT (account_id, table_name) DO NOTHING
