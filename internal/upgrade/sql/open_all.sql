-- $1 run. Whoever rolls back or contracts does it for all waves.
UPDATE catalog.upgrades SET open_wave = cardinality(waves) - 1 WHERE upgrade_id = $1
