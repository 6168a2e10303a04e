-- How many accounts of each upgrade that has not ended are in each state.
SELECT a.upgrade_id, u.state, a.state, count(*)::double precision, coalesce(max(a.pause_ms), 0) / 1000
  FROM catalog.upgrades u
  JOIN catalog.upgrade_accounts a USING (upgrade_id)
 WHERE u.state NOT IN ('planned', 'done', 'rolled back')
 GROUP BY a.upgrade_id, u.state, a.state
