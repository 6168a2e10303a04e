-- $1 account, $2 table. The row's lock keeps a second worker out.
SELECT sequence_number, state
FROM store.projection_cursors
WHERE account_id = $1 AND table_name = $2
FOR UPDATE
