-- $1 account, $2 generation, $3 the last number. The first event that does not follow in its stream: revisions count 1..n, in the order of
-- the numbers. It reads the index by stream, in its order.
SELECT r.sequence_number, r.stream_id, r.stream_revision, r.revision_before
  FROM (SELECT sequence_number, stream_id, stream_revision,
               lag(stream_revision, 1, 0) OVER stream AS revision_before, lag(sequence_number, 1, 0::bigint) OVER stream AS number_before
          FROM store.events
         WHERE account_id = $1 AND generation = $2 AND sequence_number <= $3
        WINDOW stream AS (PARTITION BY stream_id ORDER BY stream_revision)) r
 WHERE r.stream_revision <> r.revision_before + 1 OR r.sequence_number <= r.number_before
 ORDER BY r.sequence_number
 LIMIT 1
