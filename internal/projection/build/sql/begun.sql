-- $1 account.
SELECT table_name, until_number, next_key, rows_written, phase FROM store.builds WHERE account_id = $1
