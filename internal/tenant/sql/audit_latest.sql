SELECT entry_id, at, actor, action, account_id, parameters, result
FROM catalog.audit_log ORDER BY entry_id DESC LIMIT $1
