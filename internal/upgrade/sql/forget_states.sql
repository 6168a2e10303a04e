-- $1 account, $2 release.
DELETE FROM store.snapshots WHERE account_id = $1 AND release = $2
