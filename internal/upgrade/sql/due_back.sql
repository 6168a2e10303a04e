-- All accounts of the store that are on one release, with no other kept beside it, and whose policy leaves events open: the release, the
-- last event that is applied, and the policy.
SELECT h.account_id, c.release, c.sequence_number, h.immutability, h.closed_until
  FROM store.account_heads h
  JOIN store.live_cursors c USING (account_id)
 WHERE h.immutability <> 'strict' AND h.state = 'active' AND c.release IS NOT NULL AND c.next_release IS NULL
