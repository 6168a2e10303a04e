-- $1 account. Rows of unique keys, of series, and of limits.
SELECT (SELECT count(*) FROM store.guard_unique WHERE account_id = $1),
       (SELECT count(*) FROM store.guard_series WHERE account_id = $1),
       (SELECT count(*) FROM store.guard_limit WHERE account_id = $1)
