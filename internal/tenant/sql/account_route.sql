UPDATE catalog.accounts SET store_id = $2, epoch = epoch + 1, change = $3
WHERE account_id = $1 AND state <> 'erased'
RETURNING epoch
