-- $1 run, $2 account, $3 who, $4 state. What is null stays: $5 events read, $6 rows written, $7 tables built (all added), $8 pause,
-- $9 number. $10 error, or null for none. $11: the account is given back.
UPDATE catalog.upgrade_accounts
   SET state = $4, events_read = events_read + coalesce($5, 0), rows_written = rows_written + coalesce($6, 0),
       tables_built = tables_built + coalesce($7, 0), pause_ms = coalesce($8, pause_ms), switched_at_number = coalesce($9, switched_at_number),
       error = $10, changed_at = now(),
       claimed_by = CASE WHEN $11 THEN NULL ELSE claimed_by END, claimed_until = CASE WHEN $11 THEN NULL ELSE claimed_until END
 WHERE upgrade_id = $1 AND account_id = $2 AND claimed_by = $3
