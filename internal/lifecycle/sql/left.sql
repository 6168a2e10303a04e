-- $1 account. Nobody works on its read models here any more; see leave.sql.
SELECT NOT EXISTS (SELECT FROM store.live_cursors WHERE account_id = $1)
