-- $1 account, $2 tables. Those that have no rows yet, or not all: they are being built, or parked.
SELECT table_name, state FROM store.projection_cursors WHERE account_id = $1 AND table_name = ANY ($2) ORDER BY table_name
