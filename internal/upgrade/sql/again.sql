-- $1 run. What failed is tried again.
UPDATE catalog.upgrade_accounts SET state = 'pending', error = NULL, changed_at = now() WHERE upgrade_id = $1 AND state = 'failed'
