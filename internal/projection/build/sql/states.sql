-- $1 account. Tables that are not live.
SELECT table_name, state FROM store.projection_cursors WHERE account_id = $1
