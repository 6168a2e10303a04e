-- $1 account, $2 active or suspended.
UPDATE store.account_heads SET state = $2 WHERE account_id = $1 AND state = 'moving'
