SELECT digest, version, '', published_by, published_at, withdrawn_at
FROM catalog.releases ORDER BY change DESC, digest
