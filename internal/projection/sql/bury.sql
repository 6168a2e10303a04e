-- $1 account, $2 table, $3 projection, $4 sequence number, $5 event type, $6 error, $7 release.
-- Attempts are counted anew when another event stops the table.
INSERT INTO store.dead_letters AS d
  (account_id, table_name, projection, sequence_number, payload_item_name, error, release)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (account_id, table_name) DO UPDATE
SET sequence_number = EXCLUDED.sequence_number, payload_item_name = EXCLUDED.payload_item_name,
    error = EXCLUDED.error, release = EXCLUDED.release,
    attempts = CASE WHEN d.sequence_number = EXCLUDED.sequence_number THEN d.attempts + 1 ELSE 1 END,
    last_failed_at = pg_catalog.clock_timestamp()
WHERE d.account_id = $1
