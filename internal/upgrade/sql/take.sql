-- $1 run, $2 who, $3 states that there is something to do for, $4 seconds that the claim holds, $5 the only account that is meant, or null.
-- One account, which nobody else has. Waves are for the way forward.
UPDATE catalog.upgrade_accounts a
   SET claimed_by = $2, claimed_until = now() + $4 * interval '1 second', started_at = coalesce(a.started_at, now()), changed_at = now()
  FROM (SELECT n.account_id
          FROM catalog.upgrade_accounts n
          JOIN catalog.upgrades u USING (upgrade_id)
         WHERE n.upgrade_id = $1 AND n.state = ANY ($3)
           AND ($5::uuid IS NULL AND (n.wave <= u.open_wave OR u.state <> 'running') OR n.account_id = $5)
           AND (n.claimed_until IS NULL OR n.claimed_until < now())
         ORDER BY n.wave, n.place
         LIMIT 1
           FOR UPDATE OF n SKIP LOCKED) next
  JOIN catalog.accounts c USING (account_id)
 WHERE a.upgrade_id = $1 AND a.account_id = next.account_id
RETURNING a.account_id, c.name, c.store_id, a.from_release, a.to_release, a.back_release, a.state, a.switched_at_number
