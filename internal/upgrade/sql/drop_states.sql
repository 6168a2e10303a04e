-- $1 account, $2 only those of generations after the one in use.
DELETE FROM store.snapshots s
 USING store.account_heads h
 WHERE h.account_id = $1 AND s.account_id = $1 AND (s.generation > h.generation OR NOT $2 AND s.generation < h.generation)
