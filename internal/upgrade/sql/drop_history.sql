-- $1 account, $2 only generations after the one in use, $3 events at most. The next ones of a generation that is not in use.
-- They are found by where the last of them is: looked for among themselves, where the planner expects few, each is compared with all.
WITH unused AS MATERIALIZED (
  SELECT generation
    FROM ((SELECT e.generation
             FROM store.events e
            WHERE e.account_id = $1 AND e.generation > (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
            ORDER BY e.generation
            LIMIT 1)
           UNION ALL
          (SELECT e.generation
             FROM store.events e
            WHERE NOT $2 AND e.account_id = $1 AND e.generation < (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
            ORDER BY e.generation
            LIMIT 1)) g
   LIMIT 1
)
DELETE FROM store.events
 WHERE account_id = $1
   AND generation = (SELECT generation FROM unused)
   AND sequence_number <= (SELECT max(first.sequence_number)
                             FROM (SELECT e.sequence_number
                                     FROM store.events e
                                    WHERE e.account_id = $1 AND e.generation = (SELECT generation FROM unused)
                                    ORDER BY e.sequence_number
                                    LIMIT $3) first)
