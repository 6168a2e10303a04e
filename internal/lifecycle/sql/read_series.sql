-- $1 account. In the order of their bytes.
SELECT '', series, last_number::text FROM store.guard_series WHERE account_id = $1 ORDER BY series COLLATE "C"
