-- $1 run, $2 events per second and worker; 0: none.
UPDATE catalog.upgrades SET throttle = $2 WHERE upgrade_id = $1
