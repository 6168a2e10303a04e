INSERT INTO store.transformed_events (account_id, generation, sequence_number, stream_type, payload_item_name, payload_version, payload, release, actor)
SELECT account_id, generation, sequence_number, stream_type, payload_item_name, payload_version, payload, 'r', 'test' FROM store.events ORDER BY account_id, sequence_number LIMIT 1;
