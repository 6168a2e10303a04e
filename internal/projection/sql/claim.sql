-- $1 account. No row: another worker has the account, or it is not on this store.
SELECT sequence_number, release, next_release
FROM store.live_cursors
WHERE account_id = $1
FOR UPDATE SKIP LOCKED
