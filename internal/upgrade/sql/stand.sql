-- $1 account, $2 tables of the release before, $3 the last event. They are right up to it, and nobody writes them from now on.
INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state)
SELECT $1, t.name, $3, 'paused' FROM unnest($2::text[]) AS t (name)
ON CONFLICT (account_id, table_name) DO NOTHING
