-- $1 account, $2 after that sequence number, $3 up to that one, $4 generation (null: the one in use). How many events of each type there are.
-- The order has them read as they are stored; grouping needs none.
SELECT e.stream_type, e.payload_item_name, e.payload_version, count(*)
  FROM (SELECT stream_type, payload_item_name, payload_version
          FROM store.events
         WHERE account_id = $1
           AND generation = (SELECT coalesce($4::int, h.generation) FROM store.account_heads h WHERE h.account_id = $1)
           AND sequence_number > $2 AND sequence_number <= $3
         ORDER BY sequence_number) AS e
 GROUP BY e.stream_type, e.payload_item_name, e.payload_version
