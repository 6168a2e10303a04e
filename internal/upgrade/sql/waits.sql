-- $1 run, $2 for what its next wave waits. It stands in the plan, which is of the run alone.
UPDATE catalog.upgrades SET plan = plan || pg_catalog.jsonb_build_object('waits', $2::text) WHERE upgrade_id = $1
