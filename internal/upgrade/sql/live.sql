-- $1 account. The last event in its live tables.
SELECT sequence_number FROM store.live_cursors WHERE account_id = $1
