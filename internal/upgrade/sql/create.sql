-- $1 id, $2 release, $3 accounts in each wave, $4 events per second, $5 plan, $6 who.
INSERT INTO catalog.upgrades (upgrade_id, release, waves, throttle, plan, created_by) VALUES ($1, $2, $3, $4, $5, $6)
