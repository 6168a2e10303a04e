SELECT g.account_id, g.series, g.last_number
  FROM unnest($1::uuid[], $2::text[]) AS p (account_id, series)
  JOIN store.guard_series g USING (account_id, series)
