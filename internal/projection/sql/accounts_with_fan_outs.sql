-- All accounts of the store; role watcher. Those whose jobs nobody may be at: a worker that
-- has one at hand has moved it since.
SELECT DISTINCT account_id
FROM store.fan_outs
WHERE changed_at < pg_catalog.clock_timestamp() - interval '2 seconds'
