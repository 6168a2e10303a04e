-- Rows are locked in the order of their ids: two processes that write down the same keys do not deadlock.
WITH used AS (SELECT * FROM unnest($1::text[], $2::timestamptz[]) AS u(key_id, at)),
locked AS (SELECT k.key_id FROM catalog.api_keys k JOIN used USING (key_id) ORDER BY k.key_id FOR NO KEY UPDATE OF k)
UPDATE catalog.api_keys k SET last_used_at = used.at
FROM locked JOIN used USING (key_id)
WHERE k.key_id = locked.key_id AND (k.last_used_at IS NULL OR k.last_used_at < used.at)
