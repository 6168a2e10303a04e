-- $1 run, $2 states, $3 the only account that is meant, or null. How many are still in one of them.
SELECT count(*) FROM catalog.upgrade_accounts WHERE upgrade_id = $1 AND state = ANY ($2) AND ($3::uuid IS NULL OR account_id = $3)
