-- $1 account, $2 table. The row's lock keeps a second retry out.
SELECT sequence_number
FROM store.projection_cursors
WHERE account_id = $1 AND table_name = $2 AND state = 'parked'
FOR UPDATE
