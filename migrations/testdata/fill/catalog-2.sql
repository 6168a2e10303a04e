INSERT INTO catalog.releases (digest, version, ir, change, published_by, published_at)
VALUES ('d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', '2025.2.1', '{}', 7, 'olga', '2025-02-01 10:00+00');
UPDATE catalog.change_counter SET last = 7;
INSERT INTO catalog.upgrades (upgrade_id, release, state, waves, open_wave, plan, created_by, created_at)
VALUES ('2025.2.1-1', 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', 'running', '{1,1}', 1, '{}', 'olga', '2025-02-02 10:00+00');
INSERT INTO catalog.upgrade_accounts (upgrade_id, account_id, wave, place, from_release, to_release, state, events, changed_at) VALUES
  ('2025.2.1-1', '11111111-1111-4111-8111-111111111111', 0, 1, '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', 'building', 3, '2025-02-02 10:00+00'),
  ('2025.2.1-1', '22222222-2222-4222-8222-222222222222', 1, 1, '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', 'pending', 1, '2025-02-02 10:00+00');
