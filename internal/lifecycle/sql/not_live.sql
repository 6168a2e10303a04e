-- $1 account, $2 tables. What an earlier try has made of them is made anew.
INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state)
SELECT $1, t.name, 0, 'building' FROM unnest($2::text[]) AS t (name)
    ON CONFLICT (account_id, table_name) DO UPDATE SET sequence_number = 0, state = 'building'
