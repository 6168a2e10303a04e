-- $1 account, $2 fingerprints. How many events of each type archived states of the generation in use stand for. Of the events no payload is read.
SELECT e.stream_type, e.payload_item_name, e.payload_version, count(*)
  FROM store.archived_streams a
  JOIN store.events e ON e.account_id = $1 AND e.generation = a.generation AND e.stream_id = a.stream_id AND e.stream_revision <= a.stream_revision
 WHERE a.account_id = $1 AND a.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
   AND a.fingerprint = ANY ($2)
 GROUP BY e.stream_type, e.payload_item_name, e.payload_version
