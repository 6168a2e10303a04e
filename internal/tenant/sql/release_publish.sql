INSERT INTO catalog.releases (digest, version, ir, change, published_by) VALUES ($1, $2, $3, $4, $5)
