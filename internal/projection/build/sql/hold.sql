-- $1 account. Waits for the page at hand and keeps the next one out to the end of the transaction.
-- The head is that of the statement's beginning; it is sure where the transaction holds it.
SELECT sequence_number, (SELECT h.sequence_number FROM store.account_heads h WHERE h.account_id = $1), release, next_release
FROM store.live_cursors WHERE account_id = $1 FOR UPDATE
