-- $1 account, $2 shadow, $3 the live table whose rows took the shadow's place.
WITH jobs AS (
  DELETE FROM store.fan_outs WHERE account_id = $1 AND table_name = $2 RETURNING ref, source_key
)
INSERT INTO store.fan_outs AS f (account_id, table_name, ref, source_key)
SELECT $1, $3, j.ref, j.source_key FROM jobs j
ON CONFLICT (account_id, table_name, ref, source_key) DO UPDATE SET position = NULL, rows_done = 0
WHERE f.account_id = $1
