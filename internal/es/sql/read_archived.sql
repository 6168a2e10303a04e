-- $1 account, $2 the last sequence number, $3 a stream from which to begin (null: all), $4 generation (null: the one in use), $5 fingerprints,
-- $6 types of events of which there has to be something. Archived states, as events without a name.
SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type,
       ''::text AS payload_item_name, 0 AS payload_version, state AS payload, stream_id AS command_id, 0::bigint AS command_hash,
       NULL::uuid AS causation_id, NULL::uuid AS correlation_id, ''::text AS actor, 'epoch'::timestamptz AS commit_time
  FROM store.archived_streams
 WHERE account_id = $1
   AND generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
   AND fingerprint = ANY ($5) AND sequence_number <= $2 AND ($3::uuid IS NULL OR stream_id >= $3) AND events && $6
