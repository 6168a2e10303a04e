-- $1 account, $2 rows at most. TABLE is one that is not partitioned.
DELETE FROM TABLE WHERE account_id = $1 AND ctid = ANY (ARRAY(SELECT t.ctid FROM TABLE t WHERE t.account_id = $1 LIMIT $2))
