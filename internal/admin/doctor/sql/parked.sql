SELECT account_id, count(*)::int
FROM store.projection_cursors
WHERE state = 'parked'
GROUP BY account_id
ORDER BY count(*) DESC
LIMIT 100
