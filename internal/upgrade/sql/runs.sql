SELECT u.upgrade_id, u.release, r.version, u.state, u.waves, u.open_wave, u.throttle, u.plan, u.created_by, u.created_at, u.started_at, u.ended_at
  FROM catalog.upgrades u
  JOIN catalog.releases r ON r.digest = u.release
 ORDER BY u.created_at DESC
