-- $1 account. In the order of their bytes.
SELECT guard, key, stream_id::text FROM store.guard_unique WHERE account_id = $1 ORDER BY guard COLLATE "C", key COLLATE "C"
