-- $1 account.
SELECT table_name, sequence_number, payload_item_name, error, reason, actor, skipped_at
  FROM store.skipped_events
 WHERE account_id = $1
 ORDER BY table_name, sequence_number
