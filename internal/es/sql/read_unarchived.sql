-- $1 account, $2 the last sequence number, $3 a stream from which to begin (null: all), $4 generation (null: the one in use), $5 fingerprints,
-- $6 payload item names (null: all). As read_account.sql, but for the events that archived states of these fingerprints stand for. NOT IN has PostgreSQL
-- look each event up in a hash table while it reads them in their order; what came to an archived stream later is all behind the least until_number.
WITH archived AS MATERIALIZED (
  SELECT a.stream_id, a.until_number
    FROM store.archived_streams a
   WHERE a.account_id = $1
     AND a.generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
     AND a.fingerprint = ANY ($5) AND a.sequence_number <= $2 AND ($3::uuid IS NULL OR a.stream_id >= $3)
)
SELECT e.account_id, e.generation, e.sequence_number, e.stream_id, e.stream_revision, e.stream_type, e.payload_item_name, e.payload_version,
       e.payload, e.command_id, e.command_hash, e.causation_id, e.correlation_id, e.actor, e.commit_time
  FROM store.events e
 WHERE e.account_id = $1
   AND e.generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
   AND e.sequence_number <= $2
   AND ($6::text[] IS NULL OR e.payload_item_name = ANY ($6))
   AND ($3::uuid IS NULL OR e.stream_id >= $3)
   AND (e.stream_id NOT IN (SELECT stream_id FROM archived)
        OR e.sequence_number > (SELECT min(until_number) FROM archived)
           AND e.sequence_number > (SELECT a.sequence_number
                                      FROM store.archived_streams a
                                     WHERE a.account_id = $1 AND a.generation = e.generation AND a.stream_id = e.stream_id))
 ORDER BY e.sequence_number
