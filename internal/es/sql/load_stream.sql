-- The snapshot comes as the first row, numbered 0, so that one statement's view of the data gives both.
WITH snapshot AS MATERIALIZED (
  SELECT s.account_id, s.generation, s.stream_id, s.stream_revision, s.state
    FROM store.account_heads h
    JOIN store.snapshots s USING (account_id, generation)
   WHERE h.account_id = $1 AND s.account_id = $1 AND s.stream_id = $2 AND s.release = $3
)
SELECT account_id, generation, 0::bigint AS sequence_number, stream_id, stream_revision, ''::text AS stream_type,
       ''::text AS payload_item_name, 0 AS payload_version, state AS payload, stream_id AS command_id, 0::bigint AS command_hash,
       NULL::uuid AS causation_id, NULL::uuid AS correlation_id, ''::text AS actor, 'epoch'::timestamptz AS commit_time
  FROM snapshot
 UNION ALL
(SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type,
        payload_item_name, payload_version, payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
   FROM store.events
  WHERE account_id = $1
    AND generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
    AND stream_id = $2
    AND stream_revision > (SELECT coalesce(max(s.stream_revision), 0) FROM snapshot s))
 ORDER BY stream_revision
