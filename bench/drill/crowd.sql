-- $1 name of an account, $2 how many more there are to be like it, which have no events and nobody uses.
WITH change AS (UPDATE catalog.change_counter SET last = last + 1 RETURNING last),
model AS (SELECT a.release, a.store_id FROM catalog.accounts a WHERE a.name = $1),
made AS (
  INSERT INTO catalog.accounts (account_id, name, store_id, release, change)
  SELECT gen_random_uuid(), 'many-' || n, model.store_id, model.release, change.last
  FROM generate_series(1, $2::int) AS n, model, change
  RETURNING account_id, epoch
),
heads AS (INSERT INTO store.account_heads (account_id, epoch) SELECT account_id, epoch FROM made)
INSERT INTO store.live_cursors (account_id) SELECT account_id FROM made
