SELECT g.account_id, g.guard, g.key, g.stream_id
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS p (account_id, guard, key)
  JOIN store.guard_unique g USING (account_id, guard, key)
