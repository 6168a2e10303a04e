-- $1 entries at most, $2 account (all zeros: of all, and of none).
SELECT entry_id, at, actor, action, account_id, parameters, result
FROM catalog.audit_log
WHERE account_id = $2 OR $2 = '00000000-0000-0000-0000-000000000000'::uuid
ORDER BY entry_id DESC LIMIT $1
