-- $1 account, $2 stream types, $3 their events, $4 versions from which on they cannot be said before, $5 the last number from before the
-- switch. The first event that there is no way back behind; 0: there is none.
SELECT coalesce(min(e.sequence_number), 0)
  FROM store.events e
  JOIN unnest($2::text[], $3::text[], $4::int[]) AS w (stream_type, event, version)
    ON e.stream_type = w.stream_type AND e.payload_item_name = w.event AND e.payload_version = w.version
 WHERE e.account_id = $1 AND e.sequence_number > $5
   AND e.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
