-- $1 account, $2 tables.
DELETE FROM store.builds WHERE account_id = $1 AND table_name = ANY ($2)
