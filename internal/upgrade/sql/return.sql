-- $1 account, $2 tables that stood still since the switch, when no event was stored, $3 the last event.
DELETE FROM store.projection_cursors WHERE account_id = $1 AND table_name = ANY ($2) AND state = 'paused' AND sequence_number = $3
