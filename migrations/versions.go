package migrations

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTime is how long a scrape waits for a database.
const scrapeTime = 3 * time.Second

// Versions is a prometheus.Collector of the versions of the schemas: those of the databases, and
// the one that the binary brings. A database that does not answer is missing from the answer.
type Versions struct {
	catalog                   *pgxpool.Pool
	stores                    func() []string
	pool                      func(ctx context.Context, store string) (*pgxpool.Pool, error)
	version, oldest, ofBinary *prometheus.Desc
}

// NewVersions returns a collector over the catalog and the stores; pool gives role watcher.
func NewVersions(catalog *pgxpool.Pool, stores func() []string, pool func(ctx context.Context, store string) (*pgxpool.Pool, error)) *Versions {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("polder_schema_"+name, help, append([]string{"schema"}, labels...), nil)
	}
	return &Versions{
		catalog: catalog, stores: stores, pool: pool,
		version:  desc("version", "Version of the schema in the database; the catalog's has no store.", "store"),
		oldest:   desc("compatible_down_to", "The oldest version that binaries may be of which work on it.", "store"),
		ofBinary: desc("version_of_binary", "Version that this process was built for."),
	}
}

// Describe implements prometheus.Collector.
func (v *Versions) Describe(to chan<- *prometheus.Desc) {
	to <- v.version
	to <- v.oldest
	to <- v.ofBinary
}

// Collect implements prometheus.Collector.
func (v *Versions) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	for _, schema := range []Schema{Catalog, Store} {
		to <- prometheus.MustNewConstMetric(v.ofBinary, prometheus.GaugeValue, float64(windowOf(schema).Built), string(schema))
	}
	v.ask(ctx, v.catalog, to, string(Catalog), "")
	for _, store := range v.stores() {
		if pool, err := v.pool(ctx, store); err == nil { // else polder_projector_store_unreachable tells
			v.ask(ctx, pool, to, string(Store), store)
		}
	}
}

func (v *Versions) ask(ctx context.Context, pool *pgxpool.Pool, to chan<- prometheus.Metric, labels ...string) {
	var version, oldest float64
	if err := pool.QueryRow(ctx, "SELECT version::float8, compatible_down_to::float8 FROM "+labels[0]+".schema_version").Scan(&version, &oldest); err != nil {
		return
	}
	to <- prometheus.MustNewConstMetric(v.version, prometheus.GaugeValue, version, labels...)
	to <- prometheus.MustNewConstMetric(v.oldest, prometheus.GaugeValue, oldest, labels...)
}
