-- $1 account, $2 tables beside live ones: nothing is said of them any more.
WITH letters AS (
  DELETE FROM store.dead_letters WHERE account_id = $1 AND table_name = ANY ($2)
), jobs AS (
  DELETE FROM store.fan_outs WHERE account_id = $1 AND table_name = ANY ($2)
)
DELETE FROM store.projection_cursors WHERE account_id = $1 AND table_name = ANY ($2)
