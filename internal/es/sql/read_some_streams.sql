-- $1 account, $2 streams, $3 the last sequence number, $4 generation (null: the one in use). In no order of the streams.
SELECT e.*
  FROM unnest($2::uuid[]) AS s (id)
 CROSS JOIN LATERAL (SELECT account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
                            payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time
                       FROM store.events
                      WHERE account_id = $1
                        AND generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
                        AND stream_id = s.id AND sequence_number <= $3
                      ORDER BY stream_revision) e
