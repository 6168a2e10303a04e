WITH RECURSIVE span (low, high) AS (
  SELECT 0::bigint, h.sequence_number FROM store.account_heads h WHERE h.account_id = $1
  UNION ALL
  SELECT CASE WHEN early THEN middle ELSE low END, CASE WHEN early THEN high ELSE middle - 1 END
    FROM (SELECT s.low, s.high, (s.low + s.high + 1) / 2 AS middle, e.commit_time <= $2 AS early
            FROM span s
            JOIN store.account_heads h ON h.account_id = $1
            JOIN store.events e ON e.account_id = $1 AND e.generation = h.generation
                               AND e.sequence_number = (s.low + s.high + 1) / 2
           WHERE s.low < s.high) step
)
SELECT low FROM span WHERE low >= high
