-- Down to which versions binaries may be that work on this schema. A migration that takes away what
-- binaries of some version use raises the number; one that only adds leaves it.
CREATE TABLE catalog.schema_compatibility (
  only_row           boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  compatible_down_to bigint NOT NULL CHECK (compatible_down_to > 0)
);
INSERT INTO catalog.schema_compatibility (compatible_down_to) VALUES (2);

-- What every process asks when it connects. golang-migrate's own table is the one that knows the version;
-- it is at version n, and dirty, while it is on the way from n-1 to n.
CREATE VIEW catalog.schema_version AS
SELECT CASE WHEN m.dirty THEN m.version - 1 ELSE m.version END AS version, c.compatible_down_to
  FROM polder_migrations.catalog m, catalog.schema_compatibility c;

GRANT SELECT ON catalog.schema_version TO polder_api, polder_projector, polder_admin;
