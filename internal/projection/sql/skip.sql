-- $1 account, $2 table, $3 the dead letter's number, $4 why it is skipped, $5 who says so.
-- No row: no such event stopped the table.
INSERT INTO store.skipped_events
  (account_id, table_name, sequence_number, payload_item_name, error, reason, actor)
SELECT account_id, table_name, sequence_number, payload_item_name, error, $4, $5
FROM store.dead_letters
WHERE account_id = $1 AND table_name = $2 AND sequence_number = $3
