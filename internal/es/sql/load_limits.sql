SELECT g.account_id, g.guard, g.key, g.used::text
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS p (account_id, guard, key)
  JOIN store.guard_limit g USING (account_id, guard, key)
