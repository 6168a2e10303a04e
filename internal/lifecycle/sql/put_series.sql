-- $1 account, and of each: $2 nothing, $3 series, $4 the last number.
INSERT INTO store.guard_series (account_id, series, last_number)
SELECT $1, p.key, p.value::bigint FROM unnest($2::text[], $3::text[], $4::text[]) AS p (guard, key, value)
