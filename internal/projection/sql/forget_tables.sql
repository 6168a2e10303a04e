-- $1 tables that there are no more, of any account.
WITH letters AS (
  DELETE FROM store.dead_letters WHERE table_name = ANY ($1)
), jobs AS (
  DELETE FROM store.fan_outs WHERE table_name = ANY ($1)
), builds AS (
  DELETE FROM store.builds WHERE table_name = ANY ($1)
), audits AS (
  DELETE FROM store.audits WHERE table_name = ANY ($1)
)
DELETE FROM store.projection_cursors WHERE table_name = ANY ($1)
