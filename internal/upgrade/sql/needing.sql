-- $1 release. Of all accounts of the store, a few that run on it, go to it, or can go back to it.
SELECT h.account_id
  FROM store.account_heads h
  LEFT JOIN store.live_cursors c USING (account_id)
 WHERE h.state <> 'erased' AND $1 IN (h.release, c.release, c.next_release)
 ORDER BY h.account_id
 LIMIT 3
