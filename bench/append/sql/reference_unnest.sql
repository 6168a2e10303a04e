INSERT INTO reference.events
SELECT account_id, 0, nextval('reference.numbers'), stream_id, 1, 'Order', 'OrderPlacedEvent', 1, payload, command_id, 4711,
       NULL, NULL, 'benchmark', clock_timestamp()
  FROM unnest($1::uuid[], $2::uuid[], $3::json[], $4::uuid[]) AS e (account_id, stream_id, payload, command_id)
