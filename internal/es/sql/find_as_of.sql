-- A binary search: the number that is looked for is in low..high. No number is missing, so >= with an
-- order means =, and settles which index is asked.
WITH RECURSIVE span (generation, low, high) AS (
  SELECT h.generation, 0::bigint, h.sequence_number
    FROM store.account_heads h
   WHERE h.account_id = $1
   UNION ALL
  SELECT s.generation, CASE WHEN e.early THEN s.middle ELSE s.low END, CASE WHEN e.early THEN s.high ELSE s.middle - 1 END
    FROM (SELECT generation, low, high, (low + high + 1) / 2 AS middle FROM span WHERE low < high) s
   CROSS JOIN LATERAL (SELECT commit_time <= $2 AS early
                         FROM store.events
                        WHERE account_id = $1 AND generation = s.generation AND sequence_number >= s.middle
                        ORDER BY sequence_number
                        LIMIT 1) e
)
SELECT low FROM span WHERE low >= high
