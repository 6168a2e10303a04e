-- $1 account, $2 a stream after which to begin, $3 streams at most. The next streams in the order of their ids, each with its last event and what is archived of
-- it. Of a stream one place of the index is visited, however many events it has.
WITH RECURSIVE streams AS (
  (SELECT e.stream_id
     FROM store.events e
    WHERE e.account_id = $1 AND e.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1) AND e.stream_id > $2
    ORDER BY e.stream_id
    LIMIT 1)
   UNION ALL
  SELECT n.stream_id
    FROM streams s
   CROSS JOIN LATERAL (SELECT e.stream_id
                         FROM store.events e
                        WHERE e.account_id = $1 AND e.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
                          AND e.stream_id > s.stream_id
                        ORDER BY e.stream_id
                        LIMIT 1) n
)
SELECT s.stream_id, l.stream_revision, l.commit_time, coalesce(a.fingerprint, ''), coalesce(a.stream_revision, 0)
  FROM (SELECT stream_id FROM streams LIMIT $3) s
 CROSS JOIN LATERAL (SELECT e.generation, e.stream_revision, e.commit_time
                       FROM store.events e
                      WHERE e.account_id = $1 AND e.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
                        AND e.stream_id = s.stream_id
                      ORDER BY e.stream_revision DESC
                      LIMIT 1) l
  LEFT JOIN store.archived_streams a ON a.account_id = $1 AND a.generation = l.generation AND a.stream_id = s.stream_id
 ORDER BY s.stream_id
