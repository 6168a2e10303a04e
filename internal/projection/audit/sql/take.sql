-- $1 account, $2 table, $3 when it was looked at last. No row: another auditor is at it, or was
-- since its turn came.
SELECT next_key FROM store.audits WHERE account_id = $1 AND table_name = $2 AND checked_at = $3 FOR UPDATE SKIP LOCKED
