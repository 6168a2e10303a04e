-- $1 account. Where its live tables stand, of which release they are, and where those stand that appends write.
SELECT c.sequence_number, c.release, h.sequence_number
FROM store.live_cursors c
JOIN store.account_heads h ON h.account_id = c.account_id
WHERE c.account_id = $1
