-- $1 account, $2 tables. A run that was cut off may have built some of them already, which its own work says.
INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state)
SELECT $1, t.name, 0, 'building' FROM unnest($2::text[]) AS t (name)
    ON CONFLICT (account_id, table_name) DO NOTHING
