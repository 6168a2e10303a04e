-- $1 account. The tables that the live page leaves alone.
SELECT table_name, state
FROM store.projection_cursors
WHERE account_id = $1
