-- $1 account. Waits for the page at hand and keeps the next one out to the end of the transaction.
SELECT sequence_number, release, next_release FROM store.live_cursors WHERE account_id = $1 FOR UPDATE
