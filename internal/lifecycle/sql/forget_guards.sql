-- $1 account.
WITH keys AS (
  DELETE FROM store.guard_unique WHERE account_id = $1
), numbers AS (
  DELETE FROM store.guard_series WHERE account_id = $1
)
DELETE FROM store.guard_limit WHERE account_id = $1
