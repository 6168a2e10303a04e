-- $1 account, $2 a stream after which to begin, $3 streams at most, $4 generation (null: the one in use), $5 the last sequence number. Archived states of events up
-- to that number, in the order of their streams.
SELECT a.stream_id, a.stream_type, a.fingerprint, a.stream_revision, a.sequence_number, a.until_number, a.events, a.state, a.archived_at
  FROM store.archived_streams a
 WHERE a.account_id = $1
   AND a.generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
   AND a.stream_id > $2 AND a.sequence_number <= $5
 ORDER BY a.stream_id
 LIMIT $3
