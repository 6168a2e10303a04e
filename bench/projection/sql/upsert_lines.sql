INSERT INTO public.orders_by_hand AS o (account_id, key, row_sequence, order_lines, total, total_currency, payable, payable_currency)
VALUES ($1, $2, $3, $4, $5, $6, $5, $6)
ON CONFLICT (account_id, key) DO UPDATE
SET row_sequence = EXCLUDED.row_sequence, order_lines = EXCLUDED.order_lines, total = EXCLUDED.total, total_currency = EXCLUDED.total_currency,
    payable = EXCLUDED.total + coalesce(o.freight, 0), payable_currency = EXCLUDED.payable_currency
