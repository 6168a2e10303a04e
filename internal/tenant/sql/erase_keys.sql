UPDATE catalog.api_keys SET revoked_at = now(), change = $2 WHERE account_id = $1 AND revoked_at IS NULL
