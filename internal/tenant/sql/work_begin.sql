INSERT INTO catalog.account_works (account_id, kind, state, from_store, to_store, parameters, started_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (account_id) DO NOTHING
