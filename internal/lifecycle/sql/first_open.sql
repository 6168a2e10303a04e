-- Every transaction before it has ended: what is read from here on shows all that those have written.
SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text
