-- $1 account. Whether there may be a job to work off now: one that failed rests longer each
-- time, and rows of a table that is being built are not all there yet.
SELECT EXISTS (
  SELECT 1 FROM store.fan_outs f
  WHERE f.account_id = $1
    AND (f.attempts = 0 OR f.changed_at < pg_catalog.clock_timestamp() - least(f.attempts, 30) * interval '2 seconds')
    AND NOT EXISTS (SELECT 1 FROM store.projection_cursors c
                    WHERE c.account_id = $1 AND c.table_name = f.table_name AND c.state = 'building'))
