-- $1 account, $2 table, $3 number, $4 event, $5 why it could not be applied, $6 why it was skipped, $7 who, $8 when.
INSERT INTO store.skipped_events (account_id, table_name, sequence_number, payload_item_name, error, reason, actor, skipped_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (account_id, table_name, sequence_number) DO NOTHING
