-- $1 account. The events that its tables leave out.
SELECT table_name, sequence_number FROM store.skipped_events WHERE account_id = $1
