-- $1 account, and of each: $2 guard, $3 key, $4 owner.
INSERT INTO store.guard_unique (account_id, guard, key, stream_id)
SELECT $1, p.guard, p.key, p.value::uuid FROM unnest($2::text[], $3::text[], $4::text[]) AS p (guard, key, value)
