-- $1 account, $2 number.
UPDATE store.live_cursors SET sequence_number = $2 WHERE account_id = $1
