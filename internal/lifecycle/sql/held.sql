-- $1 accounts, $2 what their works are locked by. Those of which a session has the lock.
SELECT w.account
  FROM unnest($1::uuid[], $2::text[]) AS w (account, key)
 WHERE EXISTS (SELECT
                 FROM pg_catalog.pg_locks l
                WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
                  AND (l.classid::bigint << 32) | l.objid::bigint = pg_catalog.hashtextextended(w.key, 0))
