-- $1 account. Keeps events of the account from being changed in their places until the transaction ends, as store.forget_archived has it.
SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('archived streams of ' || $1::uuid, 0))
