-- $1 account, $2 the tables that are live now and those that stood beside them, $3 the builds.
-- What has no cursor of its own stands where the live cursor does.
WITH letters AS (
  DELETE FROM store.dead_letters WHERE account_id = $1 AND table_name = ANY ($2)
), built AS (
  DELETE FROM store.builds WHERE account_id = $1 AND table_name = ANY ($3)
)
DELETE FROM store.projection_cursors WHERE account_id = $1 AND table_name = ANY ($2)
