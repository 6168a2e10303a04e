-- $1 accounts; role admin.
SELECT account_id, sequence_number FROM store.account_heads WHERE account_id = ANY ($1)
