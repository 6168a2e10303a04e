-- $1 account, $2 events at most: the first ones that are left, of any generation.
DELETE FROM store.events
 WHERE account_id = $1
   AND (generation, sequence_number) IN (SELECT e.generation, e.sequence_number
                                           FROM store.events e
                                          WHERE e.account_id = $1
                                          ORDER BY e.generation, e.sequence_number
                                          LIMIT $2)
