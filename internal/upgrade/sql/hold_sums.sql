-- $1 account, and of each sum: $2 guard, $3 key, $4 what is used.
INSERT INTO store.guard_limit (account_id, guard, key, used)
SELECT $1, s.guard, s.key, s.used::numeric FROM unnest($2::text[], $3::text[], $4::text[]) AS s (guard, key, used)
