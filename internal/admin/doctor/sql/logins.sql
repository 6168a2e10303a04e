-- Every login that may take a role of Polder, and the one that asks even when it may take none.
-- pg_has_role would count a superuser as a member of everything, so the grants themselves are read.
WITH RECURSIVE reach (member, role_id) AS (
  SELECT member, roleid FROM pg_catalog.pg_auth_members
  UNION
  SELECT reach.member, m.roleid FROM reach JOIN pg_catalog.pg_auth_members m ON m.member = reach.role_id
)
SELECT l.rolname::text, l.rolname = current_user, l.rolsuper, l.rolbypassrls, l.rolinherit,
       coalesce(array_agg(r.rolname::text ORDER BY r.rolname) FILTER (WHERE r.rolname IS NOT NULL), '{}')
FROM pg_catalog.pg_roles l
LEFT JOIN (reach JOIN pg_catalog.pg_roles r ON r.oid = reach.role_id AND r.rolname = ANY ($1::text[])) ON reach.member = l.oid
WHERE l.rolcanlogin
GROUP BY l.oid, l.rolname, l.rolsuper, l.rolbypassrls, l.rolinherit
HAVING count(r.rolname) > 0 OR l.rolname = current_user
ORDER BY l.rolname
