-- $1 account, $2 generation, $3 number, $4 digest, $5 checks. Two may make the same one. Of an account that is being erased none is kept.
INSERT INTO store.seals (account_id, generation, sequence_number, digest, checks)
SELECT $1, $2, $3, $4, $5
 WHERE EXISTS (SELECT FROM store.account_heads WHERE account_id = $1 AND state <> 'erased')
    ON CONFLICT (account_id, generation, sequence_number) DO NOTHING
