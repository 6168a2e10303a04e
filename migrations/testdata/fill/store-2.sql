UPDATE store.live_cursors SET release = '6b86', next_release = 'd473' WHERE account_id = '11111111-1111-4111-8111-111111111111';
INSERT INTO store.fan_outs (account_id, table_name, ref, source_key, created_at, changed_at)
VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 'customer_id', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', '2025-01-06 10:00+00', '2025-01-06 10:00+00');
INSERT INTO store.skipped_events (account_id, table_name, sequence_number, payload_item_name, error, reason, actor, skipped_at)
VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 3, 'OrderPlacedEvent', 'no', 'a test order', 'olga', '2025-01-06 10:00+00');
INSERT INTO store.builds (account_id, table_name, projection, until_number, phase, started_at, changed_at)
VALUES ('11111111-1111-4111-8111-111111111111', 'customer_0123456789ab', 'Customers', 3, 'fold', '2025-01-06 10:00+00', '2025-01-06 10:00+00');
INSERT INTO store.audits (account_id, table_name, projection, rows_checked, checked_at)
VALUES ('11111111-1111-4111-8111-111111111111', 'customer_0123456789ab', 'Customers', 1, '2025-01-06 10:00+00');
