WITH moved AS (
  UPDATE catalog.account_works SET state = 'moved', changed_at = now()
   WHERE account_id = $1 AND kind = 'move' AND to_store = $2
)
UPDATE catalog.accounts SET store_id = $2, epoch = $4, change = $3
 WHERE account_id = $1
