-- $1 account, or null for all of the store; role admin.
SELECT account_id, table_name, sequence_number, payload_item_name, error, reason, actor, skipped_at
FROM store.skipped_events
WHERE account_id = $1 OR $1 IS NULL
ORDER BY skipped_at, account_id, table_name, sequence_number
