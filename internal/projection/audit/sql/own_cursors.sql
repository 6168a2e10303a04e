-- $1 account. The tables that stand elsewhere.
SELECT table_name, state, sequence_number FROM store.projection_cursors WHERE account_id = $1
