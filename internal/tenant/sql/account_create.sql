INSERT INTO catalog.accounts (account_id, name, store_id, release, change) VALUES ($1, $2, $3, $4, $5)
RETURNING account_id, name, store_id, release, epoch, state,
          coalesce(requests_per_second, 0), coalesce(request_burst, 0), created_at
