-- $1 account, $2 a transaction: only rows that it or a later one has written (null: all). In the order of their bytes.
SELECT guard, key, stream_id::text
  FROM store.guard_unique
 WHERE account_id = $1
   AND ($2::text IS NULL OR age(xmin) <= age($2::text::xid))
 ORDER BY guard COLLATE "C", key COLLATE "C"
