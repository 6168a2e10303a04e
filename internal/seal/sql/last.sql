-- $1 account. The history in use, its last event, and its last seal (0: there is none).
SELECT h.generation, h.sequence_number, coalesce(s.sequence_number, 0), s.digest
  FROM store.account_heads h
  LEFT JOIN LATERAL (SELECT sequence_number, digest
                       FROM store.seals
                      WHERE account_id = $1 AND generation = h.generation
                      ORDER BY sequence_number DESC
                      LIMIT 1) s ON true
 WHERE h.account_id = $1
