INSERT INTO catalog.account_works (account_id, kind, state, to_store, parameters, started_by, started_at, changed_at)
VALUES ('33333333-3333-4333-8333-333333333333', 'copy', 'copying', 'main', '{"name": "eastwind", "release": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"}', 'olga',
        '2025-03-01 10:00+00', '2025-03-01 11:00+00');
