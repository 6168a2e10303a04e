SELECT account_id, kind, state, coalesce(from_store, ''), coalesce(to_store, ''), parameters, coalesce(result, ''), signature, started_by, started_at, changed_at
FROM catalog.account_works
WHERE $1::uuid IS NULL OR account_id = $1
ORDER BY started_at, account_id
