INSERT INTO catalog.accounts (account_id, name, store_id, release, requests_per_second, request_burst, change)
VALUES ($1, $2, $3, $4, nullif($5::float8, 0), nullif($6::int, 0), $7)
RETURNING account_id, name, store_id, release, epoch, state,
          coalesce(requests_per_second, 0), coalesce(request_burst, 0), created_at
