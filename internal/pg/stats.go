package pg

import (
	"context"
	_ "embed"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

//go:embed sql/stats.sql
var statsSQL string

// statsTime is how long a store may take to tell of itself in one scrape.
const statsTime = 5 * time.Second

// statsFigures are the columns of stats.sql, in their order.
var statsFigures = []struct {
	name, help string
	kind       prometheus.ValueType
}{
	{"longest_transaction_seconds", "Age of the oldest open transaction; 0: there is none.", prometheus.GaugeValue},
	{"blocked_sessions", "Sessions that wait for a lock.", prometheus.GaugeValue},
	{"deadlocks_total", "Deadlocks since the server's statistics began.", prometheus.CounterValue},
	{"transaction_id_age", "Transactions since the oldest one that is not frozen.", prometheus.GaugeValue},
	{"dead_tuples", "Rows that vacuum has still to remove.", prometheus.GaugeValue},
	{"table_bytes", "Size of the tables, without their indexes.", prometheus.GaugeValue},
	{"index_bytes", "Size of the indexes.", prometheus.GaugeValue},
	{"wal_bytes_total", "Write-ahead log of the server since its statistics began.", prometheus.CounterValue},
}

// Stats is a Prometheus collector of what each store's PostgreSQL tells of itself. A store
// that does not answer within a scrape has no figures in it.
type Stats struct {
	stores       func() []string
	pool         func(ctx context.Context, store string) (*pgxpool.Pool, error)
	descriptions []*prometheus.Desc
}

// NewStats returns a collector over the stores; pool gives role watcher.
func NewStats(stores func() []string, pool func(ctx context.Context, store string) (*pgxpool.Pool, error)) *Stats {
	s := &Stats{stores: stores, pool: pool}
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
}

// Collect implements prometheus.Collector.
func (s *Stats) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), statsTime)
	defer cancel()
	for _, store := range s.stores() {
		values, err := s.read(ctx, store)
		if err != nil {
			continue // polder_projector_store_unreachable tells
		}
		for i, f := range statsFigures {
			to <- prometheus.MustNewConstMetric(s.descriptions[i], f.kind, values[i], store)
		}
	}
}

func (s *Stats) read(ctx context.Context, store string) ([]float64, error) {
	pool, err := s.pool(ctx, store)
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(statsFigures))
	columns := make([]any, len(values))
	for i := range values {
		columns[i] = &values[i]
	}
	return values, pool.QueryRow(ctx, statsSQL).Scan(columns...)
}
