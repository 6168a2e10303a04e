-- $1 account, $2 table. The events that the table leaves out.
SELECT sequence_number FROM store.skipped_events WHERE account_id = $1 AND table_name = $2
