-- $1 account. The live cursor goes first: it is the claim that all writers of read models hold.
WITH live AS (
  DELETE FROM store.live_cursors WHERE account_id = $1
), tables AS (
  DELETE FROM store.projection_cursors WHERE account_id = $1
), letters AS (
  DELETE FROM store.dead_letters WHERE account_id = $1
), jobs AS (
  DELETE FROM store.fan_outs WHERE account_id = $1
), builds AS (
  DELETE FROM store.builds WHERE account_id = $1
)
DELETE FROM store.audits WHERE account_id = $1
