-- $1 account, $2 the state that it was in.
UPDATE store.account_heads SET state = $2, epoch = epoch + 1 WHERE account_id = $1 AND state = 'moving'
