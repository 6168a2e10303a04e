-- {built} and {old} are tables. $1 account, $2 the last event of the built rows, $3 whether rows of its own are right, $4 at most so many.
SELECT coalesce(n.key, o.key), n.key IS NULL
FROM (SELECT key FROM {built} WHERE account_id = $1) n
FULL JOIN (SELECT key, row_sequence FROM {old} WHERE account_id = $1) o ON o.key = n.key
WHERE n.key IS NULL AND o.row_sequence <= $2 OR o.key IS NULL AND NOT $3
LIMIT $4
