-- All accounts of the store; role watcher. Those of which 10,000 events are not sealed. Most accounts do not have so many.
SELECT h.account_id
  FROM store.account_heads h
 WHERE h.sequence_number >= 10000 AND h.state <> 'erased'
   AND h.sequence_number >= 10000 + coalesce((SELECT s.sequence_number
                                                FROM store.seals s
                                               WHERE s.account_id = h.account_id AND s.generation = h.generation
                                               ORDER BY s.sequence_number DESC
                                               LIMIT 1), 0)
