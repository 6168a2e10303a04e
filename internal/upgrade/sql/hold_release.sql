-- $1 account, $2 release. A row when it is on it alone, and stays so until this transaction ends.
SELECT true FROM store.live_cursors WHERE account_id = $1 AND release = $2 AND next_release IS NULL FOR SHARE
