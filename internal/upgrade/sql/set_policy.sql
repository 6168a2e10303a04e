-- $1 account, $2 strict, cut-off or mutable, $3 the moment up to which a cut-off closes, or null.
UPDATE store.account_heads SET immutability = $2, closed_until = $3 WHERE account_id = $1
