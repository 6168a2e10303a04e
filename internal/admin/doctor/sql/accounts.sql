SELECT a.id, h.account_id IS NOT NULL, c.account_id IS NOT NULL, coalesce(h.epoch, 0), coalesce(h.state, '')
FROM unnest($1::uuid[]) WITH ORDINALITY AS a (id, position)
LEFT JOIN store.account_heads h ON h.account_id = a.id
LEFT JOIN store.live_cursors c ON c.account_id = a.id
ORDER BY a.position
