-- %[1]s table of orders. $1 account. How many rows both tables have between them, and how many of them differ.
SELECT count(*), count(*) FILTER (WHERE o.key IS NULL OR h.key IS NULL
  OR (o.row_sequence, o.order_number, o.customer_id, o.customer_name, o.reference, o.order_date, o.required_date, o.ship_to_city,
      o.ship_to_country, o.order_lines::jsonb, o.freight, o.freight_currency, o.total, o.total_currency, o.payable, o.payable_currency, o.status)
     IS DISTINCT FROM
     (h.row_sequence, h.order_number, h.customer_id, h.customer_name, h.reference, h.order_date, h.required_date, h.ship_to_city,
      h.ship_to_country, h.order_lines::jsonb, h.freight, h.freight_currency, h.total, h.total_currency, h.payable, h.payable_currency, h.status))
FROM (SELECT * FROM %[1]s WHERE account_id = $1) o
FULL JOIN (SELECT * FROM public.orders_by_hand WHERE account_id = $1) h USING (account_id, key)
