-- $1 account, $2 table, $3 where both cursors stand.
WITH exhumed AS (
  DELETE FROM store.dead_letters WHERE account_id = $1 AND table_name = $2
)
DELETE FROM store.projection_cursors
WHERE account_id = $1 AND table_name = $2 AND sequence_number = $3
