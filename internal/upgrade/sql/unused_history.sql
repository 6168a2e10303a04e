-- $1 account, $2 only generations after the one in use. Whether there are events of a generation that is not in use.
SELECT coalesce(n.last > h.generation OR NOT $2 AND n.first < h.generation, false)
  FROM store.account_heads h
 CROSS JOIN (SELECT min(e.generation) AS first, max(e.generation) AS last FROM store.events e WHERE e.account_id = $1) n
 WHERE h.account_id = $1
