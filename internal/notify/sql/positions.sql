SELECT h.account_id, h.sequence_number, coalesce(c.sequence_number, 0)
FROM store.account_heads h LEFT JOIN store.live_cursors c USING (account_id)
WHERE h.state IN ('active', 'suspended') -- see fingerprint.sql
