-- $1 id, or null for all; $2 with the plan, which is large. The newest first.
SELECT u.upgrade_id, u.release, r.version, u.state, u.waves, u.open_wave, u.throttle, CASE WHEN $2 THEN u.plan - 'waits' ELSE '{}' END, u.created_by,
       u.created_at, u.started_at, u.ended_at, CASE WHEN u.state = 'running' THEN coalesce(u.plan ->> 'waits', '') ELSE '' END
  FROM catalog.upgrades u
  JOIN catalog.releases r ON r.digest = u.release
 WHERE $1::text IS NULL OR u.upgrade_id = $1
 ORDER BY u.created_at DESC
