-- $1 account.
SELECT sequence_number, (SELECT h.sequence_number FROM store.account_heads h WHERE h.account_id = $1), release, next_release
FROM store.live_cursors WHERE account_id = $1
