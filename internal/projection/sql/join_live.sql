-- $1 account, $2 the unit's tables, $3 where all cursors stand.
WITH exhumed AS (
  DELETE FROM store.dead_letters WHERE account_id = $1 AND table_name = ANY ($2)
)
DELETE FROM store.projection_cursors
WHERE account_id = $1 AND table_name = ANY ($2) AND sequence_number = $3
