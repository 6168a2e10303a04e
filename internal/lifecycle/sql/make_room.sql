-- $1 account, $2 generation, $3 epoch, $4 and $5 its policy, $6 release.
INSERT INTO store.account_heads (account_id, generation, epoch, state, immutability, closed_until, release)
VALUES ($1, $2, $3, 'moving', $4, $5, $6)
    ON CONFLICT (account_id) DO NOTHING
