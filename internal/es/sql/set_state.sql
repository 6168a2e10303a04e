-- $1 account, $2 state.
UPDATE store.account_heads
   SET state = $2, epoch = epoch + CASE WHEN $2 = 'suspended' AND state <> 'suspended' THEN 1 ELSE 0 END
 WHERE account_id = $1
