-- The builder was given the right to move heads and to set their state, for copies of accounts and to lock heads. Copies are moved and opened by
-- polder_admin, and always were; to lock a row takes a right on any of its columns, and those that a rewrite of a history changes are left. With the
-- state, one role could erase an account, which is meant to take two. No binary of any version does what is taken away here, so all that
-- worked before go on.
REVOKE UPDATE (state, sequence_number, commit_time) ON store.account_heads FROM polder_builder;
