INSERT INTO catalog.api_keys (key_id, account_id, name, secret_hash, roles, change) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING key_id, account_id, name, roles, created_at, revoked_at, last_used_at
