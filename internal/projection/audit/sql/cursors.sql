-- $1 account. Where its live tables stand, of which releases their pages may be, and where those stand that appends write.
SELECT c.sequence_number, c.release, c.next_release, h.sequence_number
FROM store.live_cursors c
JOIN store.account_heads h ON h.account_id = c.account_id
WHERE c.account_id = $1
