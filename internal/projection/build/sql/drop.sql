-- $1 account, $2 table.
DELETE FROM store.builds WHERE account_id = $1 AND table_name = $2
