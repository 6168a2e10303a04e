-- $1 account, $2 table. It cannot be looked at now: the others come first.
INSERT INTO store.audits AS a (account_id, table_name, projection)
VALUES ($1, $2, '')
ON CONFLICT (account_id, table_name) DO UPDATE SET checked_at = pg_catalog.clock_timestamp()
WHERE a.account_id = $1
