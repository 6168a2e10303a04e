-- $1 account. The history in use, its last event, its last seal, and how many of its events were changed in their places.
SELECT h.generation, h.sequence_number,
       coalesce((SELECT max(s.sequence_number) FROM store.seals s WHERE s.account_id = $1 AND s.generation = h.generation), 0),
       (SELECT count(*) FROM store.transformed_events t WHERE t.account_id = $1 AND t.generation = h.generation)
  FROM store.account_heads h
 WHERE h.account_id = $1
