INSERT INTO catalog.stores (store_id, location, change) VALUES ($1, $2, $3)
ON CONFLICT (store_id) DO UPDATE SET location = excluded.location, change = excluded.change
