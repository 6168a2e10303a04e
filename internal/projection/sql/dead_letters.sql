-- $1 account, or null for all of the store; role admin.
SELECT account_id, projection, table_name, sequence_number, payload_item_name, error, release,
       attempts, first_failed_at, last_failed_at
FROM store.dead_letters
WHERE account_id = $1 OR $1 IS NULL
ORDER BY first_failed_at, account_id, table_name
