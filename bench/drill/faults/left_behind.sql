-- What is not as it is at rest: events that are not applied, and projections that have met something they could not apply.
SELECT (SELECT count(*) FROM store.account_heads h JOIN store.live_cursors c USING (account_id) WHERE h.sequence_number <> c.sequence_number),
       (SELECT count(*) FROM store.dead_letters) + (SELECT count(*) FROM store.projection_cursors)
