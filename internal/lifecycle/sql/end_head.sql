-- $1 account. Nothing leads out of this state.
UPDATE store.account_heads SET state = 'erased', epoch = epoch + 1 WHERE account_id = $1 AND state <> 'erased'
