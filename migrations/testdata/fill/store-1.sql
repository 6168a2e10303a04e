INSERT INTO store.account_heads (account_id, generation, sequence_number, epoch, state, commit_time) VALUES
  ('11111111-1111-4111-8111-111111111111', 0, 3, 1, 'active', '2025-01-05 12:00+00'),
  ('22222222-2222-4222-8222-222222222222', 1, 1, 2, 'suspended', '2025-01-05 13:00+00');
INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload, command_id, command_hash, actor, commit_time) VALUES
  ('11111111-1111-4111-8111-111111111111', 0, 1, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, 'Customer', 'CustomerRegisteredEvent', 1, '{"Name": "Alfreds"}', 'cccccccc-0000-4000-8000-000000000001', 11, 'new', '2025-01-05 10:00+00'),
  ('11111111-1111-4111-8111-111111111111', 0, 2, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2, 'Customer', 'CustomerRenamedEvent', 1, '{"Name": "Alfreds Futterkiste"}', 'cccccccc-0000-4000-8000-000000000002', 12, 'new', '2025-01-05 11:00+00'),
  ('11111111-1111-4111-8111-111111111111', 0, 3, 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 1, 'Order', 'OrderPlacedEvent', 1, '{"Number": "O0007", "Total": 12.50}', 'cccccccc-0000-4000-8000-000000000003', 13, 'new', '2025-01-05 12:00+00'),
  ('22222222-2222-4222-8222-222222222222', 1, 1, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, 'Customer', 'CustomerRegisteredEvent', 1, '{"Name": "Berglunds"}', 'cccccccc-0000-4000-8000-000000000001', 14, 'new', '2025-01-05 13:00+00');
INSERT INTO store.guard_unique VALUES ('11111111-1111-4111-8111-111111111111', 'CustomerName', 'alfreds futterkiste', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
INSERT INTO store.guard_series VALUES ('11111111-1111-4111-8111-111111111111', 'O', 7);
INSERT INTO store.guard_limit VALUES ('11111111-1111-4111-8111-111111111111', 'Credit', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 12.50);
INSERT INTO store.snapshots (account_id, generation, stream_id, release, stream_revision, state, taken_at)
VALUES ('11111111-1111-4111-8111-111111111111', 0, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', '6b86', 2, '{"Name": "Alfreds Futterkiste"}', '2025-01-05 14:00+00');
INSERT INTO store.live_cursors (account_id, sequence_number, applied_at) VALUES
  ('11111111-1111-4111-8111-111111111111', 2, '2025-01-05 12:00+00'), ('22222222-2222-4222-8222-222222222222', 1, '2025-01-05 13:00+00');
INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state, changed_at)
VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 2, 'parked', '2025-01-05 12:00+00');
INSERT INTO store.dead_letters (account_id, table_name, projection, sequence_number, payload_item_name, error, release, first_failed_at, last_failed_at)
VALUES ('11111111-1111-4111-8111-111111111111', 'order_0123456789ab', 'Orders', 3, 'OrderPlacedEvent', 'no', '6b86', '2025-01-05 12:00+00', '2025-01-05 12:00+00');
-- A read model, as a release makes it.
SET ROLE polder_owner;
CREATE TABLE read_models.customer_0123456789ab (
  account_id uuid NOT NULL,
  key uuid NOT NULL,
  row_sequence bigint NOT NULL,
  name text COLLATE "C",
  PRIMARY KEY (account_id, key)
);
ALTER TABLE read_models.customer_0123456789ab ENABLE ROW LEVEL SECURITY;
ALTER TABLE read_models.customer_0123456789ab FORCE ROW LEVEL SECURITY;
CREATE POLICY bound_to_account ON read_models.customer_0123456789ab TO polder_api, polder_projector
  USING (account_id = nullif(current_setting('polder.account_id', true), '')::uuid);
GRANT SELECT ON read_models.customer_0123456789ab TO polder_api, polder_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON read_models.customer_0123456789ab TO polder_projector, polder_builder;
RESET ROLE;
INSERT INTO read_models.customer_0123456789ab VALUES
  ('11111111-1111-4111-8111-111111111111', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 2, 'Alfreds Futterkiste'),
  ('22222222-2222-4222-8222-222222222222', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, 'Berglunds');
