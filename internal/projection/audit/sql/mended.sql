-- $1 account, $2 table, $3 rows that were mended.
UPDATE store.audits SET repaired = repaired + $3 WHERE account_id = $1 AND table_name = $2
