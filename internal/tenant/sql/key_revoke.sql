UPDATE catalog.api_keys SET revoked_at = coalesce(revoked_at, now()), change = $2
WHERE key_id = $1
RETURNING account_id
