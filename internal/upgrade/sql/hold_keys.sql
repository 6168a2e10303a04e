-- $1 account, and of each key: $2 guard, $3 key, $4 owner.
INSERT INTO store.guard_unique (account_id, guard, key, stream_id)
SELECT $1, k.guard, k.key, k.stream_id FROM unnest($2::text[], $3::text[], $4::uuid[]) AS k (guard, key, stream_id)
