-- $1 account, $2 a stream after which to begin, $3 streams at most. Archived states of the generation in use, in the order of their streams.
SELECT a.stream_id, a.stream_type, a.fingerprint, a.stream_revision, a.sequence_number, a.until_number, a.events, a.state, a.archived_at
  FROM store.archived_streams a
 WHERE a.account_id = $1 AND a.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
   AND a.stream_id > $2
 ORDER BY a.stream_id
 LIMIT $3
