SELECT e.stream_type, e.payload_item_name, e.payload_version, count(*)
FROM store.account_heads h
JOIN store.events e ON e.account_id = h.account_id AND e.generation = h.generation
WHERE h.account_id = $1
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
