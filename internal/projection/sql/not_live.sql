-- $1 account. The projections that the live page leaves alone.
SELECT table_name
FROM store.projection_cursors
WHERE account_id = $1
