-- Lag in time is the age of the oldest event that is not applied.
SELECT h.account_id, h.sequence_number - c.sequence_number, extract(epoch FROM clock_timestamp() - e.commit_time)::float8
FROM store.account_heads h
JOIN store.live_cursors c ON c.account_id = h.account_id
JOIN store.events e ON e.account_id = h.account_id AND e.generation = h.generation AND e.sequence_number = c.sequence_number + 1
WHERE c.sequence_number < h.sequence_number AND extract(epoch FROM clock_timestamp() - e.commit_time) > $1
ORDER BY e.commit_time
LIMIT 100
