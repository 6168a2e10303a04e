-- How many pages there are, and how many do not begin where the one before them ended, or go back.
SELECT count(*), count(*) FILTER (WHERE was <> before OR became <= was)
  FROM (SELECT was, became, lag(became, 1, 0::bigint) OVER (PARTITION BY account_id ORDER BY n) AS before FROM public.moves) m
