-- $1 account.
SELECT sequence_number FROM store.live_cursors WHERE account_id = $1 FOR UPDATE
