-- $1 account, $2 generation, $3 a number. The seal there.
SELECT digest, checks FROM store.seals WHERE account_id = $1 AND generation = $2 AND sequence_number = $3
