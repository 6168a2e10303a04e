SELECT p.account_id, p.stream_id, e.stream_revision
  FROM unnest($1::uuid[], $2::uuid[]) AS p (account_id, stream_id)
  JOIN store.account_heads h USING (account_id)
 CROSS JOIN LATERAL (SELECT stream_revision
                       FROM store.events e
                      WHERE e.account_id = p.account_id AND e.generation = h.generation AND e.stream_id = p.stream_id
                      ORDER BY stream_revision DESC
                      LIMIT 1) e
