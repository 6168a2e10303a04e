SELECT key_id, account_id, name, roles, created_at, revoked_at, last_used_at
FROM catalog.api_keys WHERE account_id = $1 ORDER BY created_at DESC, key_id
