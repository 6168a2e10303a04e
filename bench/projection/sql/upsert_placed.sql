INSERT INTO public.orders_by_hand AS o (account_id, key, row_sequence, order_number, customer_id, customer_name, reference, order_date,
  required_date, ship_to_city, ship_to_country, order_lines, freight, freight_currency, total, total_currency, payable, payable_currency, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $16, 'placed')
ON CONFLICT (account_id, key) DO UPDATE
SET row_sequence = EXCLUDED.row_sequence, order_number = EXCLUDED.order_number, customer_id = EXCLUDED.customer_id,
    customer_name = EXCLUDED.customer_name, reference = EXCLUDED.reference, order_date = EXCLUDED.order_date,
    required_date = EXCLUDED.required_date, ship_to_city = EXCLUDED.ship_to_city, ship_to_country = EXCLUDED.ship_to_country,
    order_lines = EXCLUDED.order_lines, freight = EXCLUDED.freight, freight_currency = EXCLUDED.freight_currency,
    total = EXCLUDED.total, total_currency = EXCLUDED.total_currency, payable = EXCLUDED.payable,
    payable_currency = EXCLUDED.payable_currency, status = EXCLUDED.status
