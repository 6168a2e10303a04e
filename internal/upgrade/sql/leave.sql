-- $1 account. Pages keep the tables of the release that it runs on, and no others.
UPDATE store.live_cursors SET next_release = NULL WHERE account_id = $1
