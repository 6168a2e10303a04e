package pg

import (
	"context"
	_ "embed" // the statements below
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

var (
	//go:embed sql/stats.sql
	statsSQL string
	//go:embed sql/sizes.sql
	sizesSQL string
)

// statsTime is how long a store may take to tell of itself in one scrape.
const statsTime = 5 * time.Second

// statsFigures are the columns of stats.sql, in their order.
var statsFigures = []struct {
	name, help string
	kind       prometheus.ValueType
}{
	{"connections", "Sessions on the database, whoever holds them.", prometheus.GaugeValue},
	{"connections_max", "Sessions that the server takes at most, over all its databases.", prometheus.GaugeValue},
	{"commits_total", "Transactions that were committed.", prometheus.CounterValue},
	{"rollbacks_total", "Transactions that were rolled back.", prometheus.CounterValue},
	{"blocks_hit_total", "Blocks that were found in the server's own memory.", prometheus.CounterValue},
	{"blocks_read_total", "Blocks that were not, and were asked of the operating system.", prometheus.CounterValue},
	{"longest_transaction_seconds", "Age of the oldest open transaction; 0: there is none.", prometheus.GaugeValue},
	{"blocked_sessions", "Sessions that wait for a lock.", prometheus.GaugeValue},
	{"deadlocks_total", "Deadlocks since the server's statistics began.", prometheus.CounterValue},
	{"transaction_id_age", "Transactions since the oldest one that is not frozen.", prometheus.GaugeValue},
	{"dead_tuples", "Rows that vacuum has still to remove.", prometheus.GaugeValue},
	{"wal_bytes_total", "Write-ahead log of the server since its statistics began.", prometheus.CounterValue},
}

// Stats is a Prometheus collector of what each store's PostgreSQL tells of itself. A store
// that does not answer within a scrape has no figures in it.
type Stats struct {
	stores       func() []string
	pool         func(ctx context.Context, store string) (*pgxpool.Pool, error)
	descriptions []*prometheus.Desc
	tables       *prometheus.Desc
	indexes      *prometheus.Desc
	largest      *prometheus.Desc
	most         *prometheus.Desc
}

// NewStats returns a collector over the stores; pool gives role watcher.
func NewStats(stores func() []string, pool func(ctx context.Context, store string) (*pgxpool.Pool, error)) *Stats {
	size := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("polder_postgresql_"+name, help, append([]string{"store"}, more...), nil)
	}
	s := &Stats{
		stores: stores, pool: pool,
		tables:  size("table_bytes", "Size of the tables, without their indexes."),
		indexes: size("index_bytes", "Size of the indexes."),
		largest: size("largest_table_bytes", "Size with indexes, of the ten largest tables; partitions count as their table.", "table"),
		most:    size("most_dead_tuples", "Rows that vacuum has still to remove, of the same tables.", "table"),
	}
	for _, f := range statsFigures {
		s.descriptions = append(s.descriptions, prometheus.NewDesc("polder_postgresql_"+f.name, f.help, []string{"store"}, nil))
	}
	return s
}

// Describe implements prometheus.Collector.
func (s *Stats) Describe(to chan<- *prometheus.Desc) {
	for _, d := range s.descriptions {
		to <- d
	}
	for _, d := range []*prometheus.Desc{s.tables, s.indexes, s.largest, s.most} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (s *Stats) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), statsTime)
	defer cancel()
	for _, store := range s.stores() {
		if err := s.collect(ctx, store, to); err != nil {
			continue // polder_projector_store_unreachable tells
		}
	}
}

func (s *Stats) collect(ctx context.Context, store string, to chan<- prometheus.Metric) error {
	pool, err := s.pool(ctx, store)
	if err != nil {
		return err
	}
	values := make([]float64, len(statsFigures))
	columns := make([]any, len(values))
	for i := range values {
		columns[i] = &values[i]
	}
	if err := pool.QueryRow(ctx, statsSQL).Scan(columns...); err != nil {
		return err
	}
	for i, f := range statsFigures {
		to <- prometheus.MustNewConstMetric(s.descriptions[i], f.kind, values[i], store)
	}
	return s.sizes(ctx, pool, func(d *prometheus.Desc, value float64, more ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, append([]string{store}, more...)...)
	})
}

// sizes asks in a statement of its own. A size takes a lock on its table, however light, so
// it is not to be had while somebody holds the table for himself; all else that is told of the server is
// needed then most.
func (s *Stats) sizes(ctx context.Context, pool *pgxpool.Pool, gauge func(*prometheus.Desc, float64, ...string)) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL lock_timeout = '100ms'"); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, sizesSQL)
		if err != nil {
			return err
		}
		var table string
		var bytes, dead, tables, indexes float64
		_, err = pgx.ForEachRow(rows, []any{&table, &bytes, &dead, &tables, &indexes}, func() error {
			gauge(s.largest, bytes, table)
			gauge(s.most, dead, table)
			return nil
		})
		if err != nil || table == "" {
			return err
		}
		gauge(s.tables, tables)
		gauge(s.indexes, indexes)
		return nil
	})
}
