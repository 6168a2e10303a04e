-- In account order, so that two processes cannot wait for each other.
SELECT account_id, generation, sequence_number, epoch, state, commit_time, coalesce(release, '')
  FROM store.account_heads
 WHERE account_id = ANY ($1)
 ORDER BY account_id
   FOR UPDATE
