-- $1 account, $2 a stream. What of it is archived in the generation in use.
SELECT a.stream_id, a.stream_type, a.fingerprint, a.stream_revision, a.sequence_number, a.until_number, a.events, a.state, a.archived_at
  FROM store.archived_streams a
 WHERE a.account_id = $1 AND a.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
   AND a.stream_id = $2
