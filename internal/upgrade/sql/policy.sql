-- $1 account.
SELECT immutability, closed_until FROM store.account_heads WHERE account_id = $1
