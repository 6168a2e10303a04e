WITH keys AS (
  DELETE FROM catalog.api_keys WHERE account_id = $1
), upgrades AS (
  DELETE FROM catalog.upgrade_accounts WHERE account_id = $1
)
UPDATE catalog.accounts
   SET name = 'erased-' || account_id, requests_per_second = NULL, request_burst = NULL, change = $2
 WHERE account_id = $1 AND state = 'erased'
