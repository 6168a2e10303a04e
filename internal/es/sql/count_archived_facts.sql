-- $1 account, $2 fingerprints. How many archived states of the generation in use have something of each type of event.
SELECT a.stream_type, e.event, count(*)
  FROM store.archived_streams a
 CROSS JOIN unnest(a.events) AS e (event)
 WHERE a.account_id = $1 AND a.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
   AND a.fingerprint = ANY ($2)
 GROUP BY a.stream_type, e.event
