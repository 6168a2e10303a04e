-- $1 account, $2 tables, $3 share of their work that is done. Says whether one of them shall wait.
WITH told AS (
  UPDATE store.builds SET events_read = until_number * $3::double precision, changed_at = pg_catalog.clock_timestamp()
  WHERE account_id = $1 AND table_name = ANY ($2)
  RETURNING paused
)
SELECT coalesce(pg_catalog.bool_or(paused), false) FROM told
