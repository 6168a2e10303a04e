-- $1 account. Copies that are being brought up to date.
SELECT table_name, ref, source_key FROM store.fan_outs WHERE account_id = $1
