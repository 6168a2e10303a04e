SELECT p.account_id, p.stream_id, p.command_id, e.command_hash, e.sequence_number
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[]) AS p (account_id, stream_id, command_id, after_revision)
  JOIN store.account_heads h USING (account_id)
 CROSS JOIN LATERAL (SELECT command_hash, sequence_number
                       FROM store.events e
                      WHERE e.account_id = p.account_id AND e.generation = h.generation AND e.stream_id = p.stream_id
                        AND e.stream_revision > p.after_revision AND e.command_id = p.command_id
                      ORDER BY e.stream_revision
                      LIMIT 1) e
