-- The runs that go on or ended within a week, the newest 20. Something works on a run while one of its accounts is claimed.
SELECT u.upgrade_id, u.state,
       extract(epoch FROM coalesce(u.ended_at, now()) - u.started_at)::double precision,
       CASE WHEN u.state IN ('running', 'rolling back')
            THEN greatest(extract(epoch FROM now() - max(greatest(a.changed_at, a.claimed_until, u.started_at))), 0) ELSE 0 END::double precision,
       coalesce(sum(a.events), 0)::double precision,
       coalesce(sum(a.events_read), 0)::double precision,
       coalesce(sum(a.rows_written), 0)::double precision,
       coalesce(max(extract(epoch FROM CASE WHEN a.state IN ('pending', 'building', 'verified') THEN now() ELSE a.changed_at END - a.started_at)), 0)::double precision,
       coalesce(extract(epoch FROM now() - max(a.changed_at) FILTER (WHERE a.state = 'failed')), 0)::double precision
  FROM catalog.upgrades u
  LEFT JOIN catalog.upgrade_accounts a USING (upgrade_id)
 WHERE u.started_at IS NOT NULL AND coalesce(u.ended_at, now()) > now() - interval '7 days'
 GROUP BY u.upgrade_id
 ORDER BY u.started_at DESC
 LIMIT 20
