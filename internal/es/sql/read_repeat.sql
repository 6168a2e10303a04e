-- The events of one append: they are numbered without a gap and share the command and its hash.
SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
       payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
  FROM store.events
 WHERE account_id = $1
   AND generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
   AND sequence_number >= $2
   AND sequence_number < (SELECT coalesce(min(next.sequence_number), 9223372036854775807)
                            FROM (SELECT e.sequence_number
                                    FROM store.events e
                                   WHERE e.account_id = $1
                                     AND e.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
                                     AND e.sequence_number > $2 AND (e.command_id <> $3 OR e.command_hash <> $4)
                                   ORDER BY e.sequence_number
                                   LIMIT 1) next)
 ORDER BY sequence_number
