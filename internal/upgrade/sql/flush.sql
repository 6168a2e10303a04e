-- Has the transaction flushed when it commits, as one that stores something, and changes nothing.
SELECT pg_catalog.pg_logical_emit_message(true, 'polder', '')
