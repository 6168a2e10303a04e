-- $1 account, $2 table. No row: another auditor is at it.
SELECT next_key FROM store.audits WHERE account_id = $1 AND table_name = $2 FOR UPDATE SKIP LOCKED
