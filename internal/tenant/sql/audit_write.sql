INSERT INTO catalog.audit_log (actor, action, account_id, parameters, result) VALUES ($1, $2, $3, $4, $5)
