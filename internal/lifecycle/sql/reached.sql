-- $1 account, $2 its last event, $3 the time of that.
UPDATE store.account_heads SET sequence_number = $2, commit_time = $3 WHERE account_id = $1 AND state = 'moving'
