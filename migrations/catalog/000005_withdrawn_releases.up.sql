-- When a release was taken out of use: no account can be put on it. Null: it is in use, or may be.
ALTER TABLE catalog.releases ADD COLUMN withdrawn_at timestamptz;

-- An operator sets this column and no other: what was published stays what it is.
GRANT UPDATE (withdrawn_at) ON catalog.releases TO polder_admin;
