-- $1 run, $2 state, $3 the states that it may be in before.
UPDATE catalog.upgrades
   SET state = $2, started_at = CASE WHEN $2 = 'running' THEN coalesce(started_at, now()) ELSE started_at END,
       ended_at = CASE WHEN $2 IN ('done', 'rolled back') THEN now() END
 WHERE upgrade_id = $1 AND state = ANY ($3)
