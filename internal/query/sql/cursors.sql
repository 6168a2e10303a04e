SELECT c.sequence_number, o.table_name, o.sequence_number
  FROM store.live_cursors c
  LEFT JOIN store.projection_cursors o ON o.account_id = c.account_id
 WHERE c.account_id = $1
