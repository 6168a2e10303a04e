-- $1 account, $2 tables, $3 where they stand. Those that stand there; the rows' locks keep a second worker out.
SELECT table_name
FROM store.projection_cursors
WHERE account_id = $1 AND table_name = ANY ($2) AND sequence_number = $3
FOR UPDATE
