-- $1 run. How many accounts of each wave are in each state.
SELECT wave, state, count(*) FROM catalog.upgrade_accounts WHERE upgrade_id = $1 GROUP BY wave, state
