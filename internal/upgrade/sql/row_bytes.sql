-- $1 table. What a row takes, with its part of the indexes; a guess for a table that was never analysed.
SELECT CASE WHEN c.reltuples > 0 THEN pg_catalog.pg_total_relation_size(c.oid) / c.reltuples ELSE 400 END::double precision
  FROM pg_catalog.pg_class c
 WHERE c.oid = $1::regclass
