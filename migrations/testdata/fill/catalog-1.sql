INSERT INTO catalog.stores (store_id, location, change, created_at) VALUES ('main', 'postgres://127.0.0.1:5432/polder', 1, '2025-01-01 09:00+00');
INSERT INTO catalog.releases (digest, version, ir, change, published_by, published_at)
VALUES ('6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', '2025.1.1', '{}', 2, 'olga', '2025-01-01 10:00+00');
INSERT INTO catalog.accounts (account_id, name, store_id, release, epoch, state, requests_per_second, request_burst, change, created_at) VALUES
  ('11111111-1111-4111-8111-111111111111', 'northwind', 'main', '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 1, 'active', NULL, NULL, 3, '2025-01-02 10:00+00'),
  ('22222222-2222-4222-8222-222222222222', 'southwind', 'main', '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 2, 'suspended', 5, 10, 4, '2025-01-02 11:00+00');
INSERT INTO catalog.api_keys (key_id, account_id, name, secret_hash, roles, created_at, revoked_at, last_used_at, change) VALUES
  ('old', '11111111-1111-4111-8111-111111111111', 'shop', '\x0102', '{clerk}', '2025-01-03 10:00+00', '2025-02-03 10:00+00', NULL, 5),
  ('new', '11111111-1111-4111-8111-111111111111', 'shop', '\x0304', '{*}', '2025-01-03 11:00+00', NULL, '2025-03-03 10:00+00', 6);
INSERT INTO catalog.audit_log (at, actor, action, account_id, parameters, result)
VALUES ('2025-01-02 10:00+00', 'olga', 'account create', '11111111-1111-4111-8111-111111111111', '{"name": "northwind"}', 'ok');
UPDATE catalog.change_counter SET last = 6;
