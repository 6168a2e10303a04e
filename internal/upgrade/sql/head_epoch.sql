-- $1 account.
SELECT epoch FROM store.account_heads WHERE account_id = $1
