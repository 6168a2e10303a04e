-- %[1]s table, %[2]s column of the customer's name. $1 account, $2 customer, $3 its name, null where rows do not keep it,
-- $4 how many. Rows as orders of one customer have them; a benchmark of a rename needs no events behind them.
INSERT INTO %[1]s (account_id, key, row_sequence, order_number, customer_id, %[2]s, reference, order_date, ship_to_city, total, total_currency, status)
SELECT $1, gen_random_uuid(), 2, 'SO-2026-' || lpad(n::text, 7, '0'), $2, $3::text, 'PO-' || n, date '2026-01-01' + n %% 300,
       'Leusden', n %% 5000 + 0.95, 'EUR', 'placed'
FROM generate_series(1, $4::int) n
