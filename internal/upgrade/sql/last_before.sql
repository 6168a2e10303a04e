-- $1 account. The number of the last event in the generation before the one in use; 0: there is no such generation any more.
SELECT coalesce(max(e.sequence_number), 0)
  FROM store.events e
 WHERE e.account_id = $1
   AND e.generation = (SELECT h.generation - 1 FROM store.account_heads h WHERE h.account_id = $1)
