-- $1 account. The head goes before the live cursor, as with whoever takes both.
SELECT epoch, state, sequence_number FROM store.account_heads WHERE account_id = $1 FOR UPDATE
