-- $1 account.
SELECT generation, sequence_number, commit_time, epoch, state, release, immutability, closed_until FROM store.account_heads WHERE account_id = $1
