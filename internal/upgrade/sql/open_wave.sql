-- $1 run, $2 the wave that was the last open one.
UPDATE catalog.upgrades SET open_wave = $2 + 1, plan = plan - 'waits' WHERE upgrade_id = $1 AND open_wave = $2 AND state = 'running'
