-- How many upgrades are in each state.
SELECT s.state, count(u.upgrade_id)::double precision
  FROM unnest(ARRAY['planned', 'running', 'paused', 'grace', 'rolling back', 'done', 'rolled back']) AS s (state)
  LEFT JOIN catalog.upgrades u USING (state)
 GROUP BY s.state
