-- $1 digest, $2 how many of a kind are named. What needs the release: accounts that run on it, upgrades that are not over and take
-- accounts to it, from it or back to it, and accounts that are being made on it. After each how many more of its kind there are, with the last named one.
WITH uses (kind, name) AS (
  SELECT 'account', a.name FROM catalog.accounts a WHERE a.release = $1 AND a.state <> 'erased'
   UNION ALL
  SELECT 'upgrade', u.upgrade_id
    FROM catalog.upgrades u
   WHERE u.state NOT IN ('done', 'rolled back')
     AND (u.release = $1 OR EXISTS (SELECT FROM catalog.upgrade_accounts a
                                     WHERE a.upgrade_id = u.upgrade_id AND $1 IN (a.from_release, a.to_release, a.back_release)))
   UNION ALL
  SELECT 'copy', w.parameters ->> 'name' FROM catalog.account_works w WHERE w.kind = 'copy' AND w.parameters ->> 'release' = $1
), numbered AS (
  SELECT kind, name, row_number() OVER (PARTITION BY kind ORDER BY name) AS n, count(*) OVER (PARTITION BY kind) AS total FROM uses
)
SELECT kind, name, CASE WHEN n = $2::int THEN total - n ELSE 0 END::int
  FROM numbered
 WHERE n <= $2::int
 ORDER BY kind, n
