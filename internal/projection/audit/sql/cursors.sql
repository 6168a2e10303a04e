-- $1 account. Where its live tables stand, and those that appends write.
SELECT c.sequence_number, h.sequence_number
FROM store.live_cursors c
JOIN store.account_heads h ON h.account_id = c.account_id
WHERE c.account_id = $1
