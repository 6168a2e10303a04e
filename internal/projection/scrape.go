package projection

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Scrape is one look at a store for Prometheus.
type Scrape struct {
	Pool  *pgxpool.Pool // role watcher
	Store string        // the first label of all gauges
	To    chan<- prometheus.Metric
}

// Tell sends what the statement's rows say: each begins with so many further labels, and goes on with a figure for each gauge.
func (s Scrape) Tell(ctx context.Context, sql string, labels int, gauges ...*prometheus.Desc) error {
	rows, err := s.Pool.Query(ctx, sql)
	if err != nil {
		return err
	}
	named, figures := make([]string, 1+labels), make([]float64, len(gauges))
	named[0] = s.Store
	var into []any
	for i := range labels {
		into = append(into, &named[1+i])
	}
	for i := range figures {
		into = append(into, &figures[i])
	}
	_, err = pgx.ForEachRow(rows, into, func() error {
		for i, d := range gauges {
			s.To <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, figures[i], slices.Clone(named)...)
		}
		return nil
	})
	return err
}
