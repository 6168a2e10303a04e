SELECT account_id, name, store_id, release, epoch, state,
       coalesce(requests_per_second, 0), coalesce(request_burst, 0), created_at
FROM catalog.accounts WHERE name = $1
