-- $1 account, $2 the last sequence number, $3 generation (null: the one in use), $4 fingerprints, $5 payload item names, $6 types of events, as those of
-- archived states are called, $7 one stream of so many is read as events in any case. Stream by stream, each in the order of its revisions: an archived state, as an
-- event without a name, and what came after it, or else all events. They are found where they lie, and sorted.
WITH archived AS MATERIALIZED (
  SELECT a.stream_id, a.until_number
    FROM store.archived_streams a
   WHERE a.account_id = $1
     AND a.generation = (SELECT coalesce($3::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
     AND a.fingerprint = ANY ($4) AND a.sequence_number <= $2
     AND pg_catalog.uuid_hash_extended(a.stream_id, 0) % $7 <> 0
)
SELECT *
  FROM (SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type,
               ''::text AS payload_item_name, 0 AS payload_version, state AS payload, stream_id AS command_id, 0::bigint AS command_hash,
               NULL::uuid AS causation_id, NULL::uuid AS correlation_id, ''::text AS actor, 'epoch'::timestamptz AS commit_time
          FROM store.archived_streams
         WHERE account_id = $1
           AND generation = (SELECT coalesce($3::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
           AND fingerprint = ANY ($4) AND sequence_number <= $2 AND events && $6
           AND pg_catalog.uuid_hash_extended(stream_id, 0) % $7 <> 0
         UNION ALL
        (SELECT e.account_id, e.generation, e.sequence_number, e.stream_id, e.stream_revision, e.stream_type, e.payload_item_name, e.payload_version,
                e.payload, e.command_id, e.command_hash, e.causation_id, e.correlation_id, e.actor, e.commit_time
           FROM store.events e
          WHERE e.account_id = $1
            AND e.generation = (SELECT coalesce($3::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
            AND e.sequence_number <= $2
            AND e.payload_item_name = ANY ($5)
            AND (e.stream_id NOT IN (SELECT stream_id FROM archived)
                 OR e.sequence_number > (SELECT min(until_number) FROM archived)
                    AND e.sequence_number > (SELECT a.sequence_number
                                               FROM store.archived_streams a
                                              WHERE a.account_id = $1 AND a.generation = e.generation AND a.stream_id = e.stream_id))
         OFFSET 0)) e
 ORDER BY stream_id, stream_revision
