INSERT INTO store.account_heads (account_id, epoch) VALUES ($1, $2)
    ON CONFLICT (account_id) DO NOTHING
