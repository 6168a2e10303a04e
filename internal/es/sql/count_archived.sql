-- $1 account, $2 fingerprints, $3 types of events. How many archived states of the generation in use have something of one of these types.
SELECT count(*)
  FROM store.archived_streams a
 WHERE a.account_id = $1 AND a.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
   AND a.fingerprint = ANY ($2) AND a.events && $3
