SELECT digest, version, '', published_by, published_at
FROM catalog.releases ORDER BY change DESC, digest
