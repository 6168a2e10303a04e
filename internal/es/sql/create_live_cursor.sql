INSERT INTO store.live_cursors (account_id) VALUES ($1)
    ON CONFLICT (account_id) DO NOTHING
