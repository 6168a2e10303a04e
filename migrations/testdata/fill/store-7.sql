INSERT INTO store.seals (account_id, generation, sequence_number, digest, checks, sealed_at)
VALUES ('11111111-1111-4111-8111-111111111111', 0, 10000, pg_catalog.sha256('polder'), pg_catalog.decode(pg_catalog.repeat('0badf00d', 10000), 'hex'), '2026-11-01 03:00+00');
INSERT INTO store.account_heads (account_id, generation, epoch, state, immutability)
VALUES ('77777777-7777-4777-8777-777777777777', 0, 1, 'moving', 'strict'), ('88888888-8888-4888-8888-888888888888', 0, 2, 'erased', 'strict');
