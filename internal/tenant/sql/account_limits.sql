UPDATE catalog.accounts
SET requests_per_second = nullif($2::float8, 0), request_burst = nullif($3::int, 0), change = $4
WHERE account_id = $1 AND state <> 'erased'
