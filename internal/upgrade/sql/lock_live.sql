-- $1 account.
SELECT release, next_release FROM store.live_cursors WHERE account_id = $1 FOR UPDATE
