-- Finds the ranges of pages that may have events of rare types: what a build of a projection reads that few of an account's events
-- concern. Of a type that the account never had, none. Bloom filters, because types and accounts lie in no order; it is made of a range
-- when it is vacuumed, so that appends pay nothing for it, and is a five-hundredth of the events.
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_payload_item_name ON store.events
  USING brin (account_id uuid_bloom_ops (n_distinct_per_range = 200), payload_item_name text_bloom_ops (n_distinct_per_range = 100))
  WITH (pages_per_range = 32);
