-- $1 account. In the order of their bytes.
SELECT guard, key, used::text FROM store.guard_limit WHERE account_id = $1 ORDER BY guard COLLATE "C", key COLLATE "C"
