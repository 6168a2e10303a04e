UPDATE catalog.accounts SET state = 'erased', epoch = epoch + 1, change = $2 WHERE account_id = $1 AND state <> 'erased'
