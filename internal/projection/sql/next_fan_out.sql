-- $1 account, $2 tables of its release. The oldest job that can be worked off now; see
-- fan_outs_open.sql.
SELECT f.table_name, f.ref, f.source_key, coalesce(f.position, '00000000-0000-0000-0000-000000000000')
FROM store.fan_outs f
WHERE f.account_id = $1 AND f.table_name = ANY ($2)
  AND (f.attempts = 0 OR f.changed_at < pg_catalog.clock_timestamp() - least(f.attempts, 30) * interval '2 seconds')
  AND NOT EXISTS (SELECT 1 FROM store.projection_cursors c
                  WHERE c.account_id = $1 AND c.table_name = f.table_name AND c.state = 'building')
ORDER BY f.created_at, f.table_name, f.ref, f.source_key
LIMIT 1
