-- $1 run, $2 account, $3 who, $4 seconds. No row: the claim was lost, and another goes on.
UPDATE catalog.upgrade_accounts a SET claimed_until = now() + $4 * interval '1 second'
  FROM catalog.upgrades u
 WHERE u.upgrade_id = a.upgrade_id AND a.upgrade_id = $1 AND a.account_id = $2 AND a.claimed_by = $3
RETURNING u.state, u.throttle
