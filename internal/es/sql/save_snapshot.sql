INSERT INTO store.snapshots AS kept (account_id, generation, stream_id, release, stream_revision, state)
SELECT account_id, generation, $2, $3, $4, $5
  FROM store.account_heads
 WHERE account_id = $1
    ON CONFLICT (account_id, generation, stream_id, release) DO UPDATE
   SET stream_revision = excluded.stream_revision, state = excluded.state, taken_at = excluded.taken_at
 WHERE kept.stream_revision < excluded.stream_revision
