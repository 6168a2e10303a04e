INSERT INTO public.orders_by_hand AS o (account_id, key, row_sequence, status)
VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id, key) DO UPDATE
SET row_sequence = EXCLUDED.row_sequence, status = EXCLUDED.status
