-- $1 account, $2 stream types (null: all), $3 streams at most.
DELETE FROM store.archived_streams
 WHERE account_id = $1
   AND (generation, stream_id) IN (SELECT a.generation, a.stream_id
                                     FROM store.archived_streams a
                                    WHERE a.account_id = $1 AND ($2::text[] IS NULL OR a.stream_type = ANY ($2))
                                    LIMIT $3)
