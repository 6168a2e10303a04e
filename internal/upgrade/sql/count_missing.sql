-- $1 account, $2 tables.
SELECT count(*) FROM store.projection_cursors WHERE account_id = $1 AND table_name = ANY ($2) AND state = 'building'
