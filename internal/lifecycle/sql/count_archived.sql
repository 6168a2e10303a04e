-- $1 account.
SELECT count(*)
  FROM store.archived_streams
 WHERE account_id = $1 AND generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
