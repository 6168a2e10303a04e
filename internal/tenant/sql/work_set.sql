UPDATE catalog.account_works SET state = $2, result = $3, signature = $4, changed_at = now() WHERE account_id = $1
