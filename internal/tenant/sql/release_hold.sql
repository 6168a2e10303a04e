-- $1 digests. Nobody withdraws them before this transaction ends; returned is whether somebody has.
SELECT version, withdrawn_at IS NOT NULL
FROM catalog.releases WHERE digest = ANY ($1)
ORDER BY digest
FOR SHARE
