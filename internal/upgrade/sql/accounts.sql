-- $1 id.
SELECT a.account_id, c.name, c.store_id, a.wave, a.from_release, a.to_release, a.back_release, a.state, a.events, a.events_read, a.rows_written, a.tables_built,
       a.pause_ms, a.switched_at_number, coalesce(a.error, ''), coalesce(a.claimed_by, ''), a.started_at, a.changed_at
  FROM catalog.upgrade_accounts a
  JOIN catalog.accounts c USING (account_id)
 WHERE a.upgrade_id = $1
 ORDER BY a.wave, a.place
