-- $1 account, $2 the last sequence number, $3 a stream from which to begin (null: all), $4 generation (null: the one in use), $5 fingerprints.
-- How many archived states of these fingerprints stand for events up to that number.
SELECT pg_catalog.count(*)
  FROM store.archived_streams
 WHERE account_id = $1
   AND generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
   AND fingerprint = ANY ($5) AND sequence_number <= $2 AND ($3::uuid IS NULL OR stream_id >= $3)
