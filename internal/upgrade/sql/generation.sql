-- $1 account. The generation of its history that is in use.
SELECT generation FROM store.account_heads WHERE account_id = $1
