-- $1 account, $2 guards.
WITH keys AS (
  DELETE FROM store.guard_unique WHERE account_id = $1 AND guard = ANY ($2)
)
DELETE FROM store.guard_limit WHERE account_id = $1 AND guard = ANY ($2)
