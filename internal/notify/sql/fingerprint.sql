-- Numbers only grow, so a sum that stands still says that nothing has moved. What is left of an account
-- that has gone elsewhere has no cursor, and what is only a copy of one moves for nobody.
SELECT h.accounts, h.total, h.generations, c.total
FROM (SELECT count(*) AS accounts, coalesce(sum(sequence_number), 0)::bigint AS total, coalesce(sum(generation), 0) AS generations
      FROM store.account_heads WHERE state IN ('active', 'suspended')) h,
     (SELECT coalesce(sum(sequence_number), 0)::bigint AS total FROM store.live_cursors) c
