-- The upgrades that have begun and not come to rest: for what the next wave waits, seconds since anything worked on it, accounts that are between two
-- releases, and accounts that failed. Something works on it while one of its accounts is claimed.
SELECT u.upgrade_id, r.version, u.state, CASE WHEN u.state = 'running' THEN coalesce(u.plan ->> 'waits', '') ELSE '' END,
       greatest(extract(epoch FROM now() - max(greatest(a.changed_at, a.claimed_until, u.started_at))), 0)::double precision,
       count(*) FILTER (WHERE a.state IN ('building', 'verified', 'switched')),
       count(*) FILTER (WHERE a.state = 'failed')
  FROM catalog.upgrades u
  JOIN catalog.releases r ON r.digest = u.release
  JOIN catalog.upgrade_accounts a USING (upgrade_id)
 WHERE u.state IN ('running', 'paused', 'rolling back')
 GROUP BY u.upgrade_id, r.version
 ORDER BY u.started_at
