-- $1 account, $2 its release, $3 the one that it is about to run on.
UPDATE store.live_cursors SET release = $2, next_release = $3 WHERE account_id = $1
