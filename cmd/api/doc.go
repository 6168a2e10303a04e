// Command api serves Polder's HTTP API: commands, queries, notifications and history. It is
// stateless; any number of them run beside each other.
//
//	POLDER_CATALOG_URL     postgres://login:password@host:port/database of the catalog
//	POLDER_STORE_LOGIN     login on the stores (default: the catalog's)
//	POLDER_STORE_PASSWORD  its password (default: the catalog's)
//	POLDER_LISTEN          host:port to serve on (default 127.0.0.1:8080; port 0: any free one)
//	POLDER_LOG_LEVEL       debug, info (default), warn or error
//	POLDER_PPROF           true: serve Go's profiles below /debug/pprof/
//	POLDER_TLS_CERT        file with the certificate and its chain, PEM; with it the API speaks HTTPS only
//	POLDER_TLS_KEY         file with the certificate's key, PEM; both are read again when they are renewed
//	POLDER_DRAIN_DELAY     how long it goes on serving after SIGTERM, no longer ready (default 0s)
//	OTEL_EXPORTER_OTLP_ENDPOINT  http://host:port of a collector of traces; without it nothing is traced
//
// The login is a member of polder_api, polder_appender and polder_watcher. It logs the
// address that it serves on, as "address" of the line "serving".
package main
