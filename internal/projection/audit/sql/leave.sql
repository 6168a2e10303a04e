-- $1 account, $2 table, which its release does not have any more.
DELETE FROM store.audits WHERE account_id = $1 AND table_name = $2
