-- $1 account. Waits for the page at hand, and keeps the next one out.
SELECT sequence_number FROM store.live_cursors WHERE account_id = $1 FOR UPDATE
