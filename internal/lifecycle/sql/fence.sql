-- $1 account, $2 the state that it is in. Whoever decided under the epoch before is refused, and waits.
UPDATE store.account_heads SET state = 'moving', epoch = epoch + 1 WHERE account_id = $1 AND state = $2 RETURNING epoch
