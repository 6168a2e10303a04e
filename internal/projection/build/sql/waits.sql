-- $1 account, $2 tables. Whether the build of one of them shall wait.
SELECT EXISTS (SELECT FROM store.builds WHERE account_id = $1 AND table_name = ANY ($2) AND paused)
