-- $1 accounts, $2 releases. Projections that were parked on it, the greatest distance of a live cursor from its head, and rows that
-- auditors found to be wrong so far.
SELECT (SELECT count(*) FROM store.dead_letters d WHERE d.account_id = ANY ($1) AND d.release = ANY ($2)),
       coalesce((SELECT max(h.sequence_number - l.sequence_number)
                   FROM store.account_heads h JOIN store.live_cursors l USING (account_id)
                  WHERE h.account_id = ANY ($1)), 0),
       coalesce((SELECT sum(mismatches) FROM store.audits WHERE account_id = ANY ($1)), 0)::bigint
