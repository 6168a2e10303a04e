-- $1 account, and of each: $2 guard, $3 key, $4 what is used.
INSERT INTO store.guard_limit (account_id, guard, key, used)
SELECT $1, p.guard, p.key, p.value::numeric FROM unnest($2::text[], $3::text[], $4::text[]) AS p (guard, key, value)
