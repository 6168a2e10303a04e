-- $1 account, and of each: $2 guard, $3 key.
DELETE FROM store.guard_unique g
 USING unnest($2::text[], $3::text[]) AS p (guard, key)
 WHERE g.account_id = $1 AND g.guard = p.guard AND g.key = p.key
