-- $1 account. The release that it goes to or came from (null: none), and its tables that are parked.
SELECT l.next_release, coalesce((SELECT array_agg(c.table_name ORDER BY c.table_name) FROM store.projection_cursors c WHERE c.account_id = $1 AND c.state = 'parked'), '{}')
  FROM store.live_cursors l
 WHERE l.account_id = $1
