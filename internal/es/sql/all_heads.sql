SELECT account_id, generation, sequence_number, epoch, state, commit_time, coalesce(release, '')
  FROM store.account_heads
 ORDER BY account_id
