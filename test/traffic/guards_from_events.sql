WITH events AS (
  SELECT * FROM store.events WHERE account_id = $1
), orders AS (
  SELECT (array_agg(payload) FILTER (WHERE payload_item_name = 'OrderPlacedEvent'))[1] AS payload,
         (array_agg(payload -> 'OrderLines' ORDER BY stream_revision DESC)
            FILTER (WHERE payload_item_name IN ('OrderPlacedEvent', 'OrderLinesChangedEvent')))[1] AS lines,
         bool_or(payload_item_name = 'OrderConfirmedEvent')
     AND NOT bool_or(payload_item_name IN ('OrderCancelledEvent', 'OrderClosedEvent')) AS reserved
    FROM events
   WHERE stream_type = 'Order'
   GROUP BY stream_id
), rebuilt AS (
  SELECT 'Customer.Code' AS guard, lower(trim(payload ->> 'Code')) AS key, stream_id::text AS value
    FROM events WHERE payload_item_name = 'CustomerAssignedEvent' AND payload ->> 'Code' <> ''
   UNION ALL
  SELECT 'Customer.Party', payload ->> 'PartyId', stream_id::text
    FROM events WHERE payload_item_name = 'CustomerAssignedEvent'
   UNION ALL
  SELECT 'series', left(payload ->> 'OrderNumber', 8), max(right(payload ->> 'OrderNumber', 5)::int)::text
    FROM orders GROUP BY 2
   UNION ALL
  SELECT 'Customer.Credit', payload ->> 'CustomerId', trim_scale(sum(payable))::text
    FROM (SELECT o.payload, coalesce((o.payload #>> '{Freight,amount}')::numeric, 0)
                 + (SELECT sum(round((l ->> 'Quantity')::numeric * (l #>> '{UnitPrice,amount}')::numeric * (1 - (l ->> 'Discount')::numeric), 2))
                      FROM json_array_elements(o.lines) l) AS payable
            FROM orders o WHERE o.reserved AND o.payload ->> 'CustomerId' IS NOT NULL) reserved
   GROUP BY 2
), live AS (
  SELECT guard, key, stream_id::text AS value FROM store.guard_unique WHERE account_id = $1 AND guard IN ('Customer.Code', 'Customer.Party')
   UNION ALL
  SELECT 'series', series, last_number::text FROM store.guard_series WHERE account_id = $1
   UNION ALL
  SELECT guard, key, trim_scale(used)::text FROM store.guard_limit WHERE account_id = $1 AND used <> 0
)
SELECT format('%s %s is %s, the events say %s', coalesce(r.guard, l.guard), coalesce(r.key, l.key), coalesce(l.value, 'absent'), coalesce(r.value, 'absent'))
  FROM rebuilt r
  FULL JOIN live l ON l.guard = r.guard AND l.key = r.key
 WHERE l.value IS DISTINCT FROM r.value
