-- $1 account, $2 table, $3 ref, $4 source.
DELETE FROM store.fan_outs
WHERE account_id = $1 AND table_name = $2 AND ref = $3 AND source_key = $4
