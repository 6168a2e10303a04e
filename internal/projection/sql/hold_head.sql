-- $1 account. Waits for the append at hand and keeps the next one out to the end of the transaction.
SELECT sequence_number FROM store.account_heads WHERE account_id = $1 FOR UPDATE
