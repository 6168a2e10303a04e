-- $1 account, $2 release, $3 the one whose tables are kept beside it, or null.
UPDATE store.live_cursors SET release = $2, next_release = $3 WHERE account_id = $1
