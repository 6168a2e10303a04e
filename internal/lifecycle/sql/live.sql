-- $1 account, $2 its last event, $3 release. No table is live yet, so that the cursor stands for none.
INSERT INTO store.live_cursors (account_id, sequence_number, release) VALUES ($1, $2, $3)
    ON CONFLICT (account_id) DO UPDATE SET sequence_number = greatest(store.live_cursors.sequence_number, excluded.sequence_number)
