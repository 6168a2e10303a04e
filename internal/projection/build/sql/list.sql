-- $1 account, or null for all of the store; role admin.
SELECT account_id, table_name, projection, until_number, events_read, rows_written, phase, paused, error, started_at, changed_at
FROM store.builds
WHERE account_id = $1 OR $1 IS NULL
ORDER BY started_at, account_id, table_name
