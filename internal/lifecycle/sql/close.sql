-- $1 account. A copy that was about to be used is not any more.
UPDATE store.account_heads SET state = 'moving' WHERE account_id = $1 AND state IN ('active', 'suspended')
