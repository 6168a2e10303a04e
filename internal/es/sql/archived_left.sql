-- $1 account, $2 stream types (null: all).
SELECT EXISTS (SELECT FROM store.archived_streams WHERE account_id = $1 AND ($2::text[] IS NULL OR stream_type = ANY ($2)))
