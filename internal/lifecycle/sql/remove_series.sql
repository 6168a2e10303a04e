-- $1 account, and of each: $2 nothing, $3 series.
DELETE FROM store.guard_series g
 USING unnest($2::text[], $3::text[]) AS p (guard, key)
 WHERE g.account_id = $1 AND g.series = p.key
