-- $1 account, $2 only those of generations after the one in use. Snapshots and seals of generations that are not in use.
WITH seals AS (
  DELETE FROM store.seals s
   USING store.account_heads h
   WHERE h.account_id = $1 AND s.account_id = $1 AND (s.generation > h.generation OR NOT $2 AND s.generation < h.generation)
)
DELETE FROM store.snapshots s
 USING store.account_heads h
 WHERE h.account_id = $1 AND s.account_id = $1 AND (s.generation > h.generation OR NOT $2 AND s.generation < h.generation)
