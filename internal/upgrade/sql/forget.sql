-- $1 account, $2 tables that have no rows of it any more.
WITH letters AS (
  DELETE FROM store.dead_letters WHERE account_id = $1 AND table_name = ANY ($2)
), jobs AS (
  DELETE FROM store.fan_outs WHERE account_id = $1 AND table_name = ANY ($2)
), builds AS (
  DELETE FROM store.builds WHERE account_id = $1 AND table_name = ANY ($2)
)
DELETE FROM store.projection_cursors WHERE account_id = $1 AND table_name = ANY ($2)
