SELECT key_id, account_id, secret_hash, roles, revoked_at IS NOT NULL
FROM catalog.api_keys WHERE change > $1
