-- $1 account, $2 its last event, $3 the time of that, $4 epoch, $5 state.
UPDATE store.account_heads SET sequence_number = $2, commit_time = $3, epoch = $4, state = $5 WHERE account_id = $1 AND state = 'moving'
