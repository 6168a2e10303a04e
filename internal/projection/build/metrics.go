package build

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// scrapeTime is how long a scrape waits for all stores.
const scrapeTime = 3 * time.Second

// Gauges is a prometheus.Collector of the builds of the stores' accounts. It asks each store
// at each scrape; a store that does not answer is missing from the answer.
type Gauges struct {
	pools  projection.Pools
	stores func() []tenant.Store
	descs  []*prometheus.Desc // the columns of figures.sql after the phase, in their order
}

// NewGauges returns a collector over the stores; the pools give role watcher.
func NewGauges(pools projection.Pools, stores func() []tenant.Store) *Gauges {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("polder_projection_build_"+name, help, []string{"store", "phase"}, nil)
	}
	return &Gauges{
		pools: pools, stores: stores,
		descs: []*prometheus.Desc{
			desc("units", "Projections of accounts that are being built, or whose build failed, by phase."),
			desc("paused", "Those of them that wait for an operator."),
			desc("events_read", "Events that the builds under way have folded."),
			desc("events_left", "Events that are still to be folded, over all builds."),
			desc("rows_written", "Rows that the builds under way have written."),
			desc("events_per_second", "Events that they have folded per second since each began; of those that are not paused."),
			desc("eta_seconds", "How long the slowest of them will fold on at its pace so far; 0: none is folding."),
			desc("oldest_seconds", "Time since the oldest of them began; 0: there is none."),
		},
	}
}

// Describe implements prometheus.Collector.
func (g *Gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range g.descs {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (g *Gauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	for _, store := range g.stores() {
		_ = g.collect(ctx, store.ID, to) // polder_projector_store_unreachable tells of it
	}
}

func (g *Gauges) collect(ctx context.Context, store string, to chan<- prometheus.Metric) error {
	pool, err := g.pools.Pool(ctx, store, pg.Watcher)
	if err != nil {
		return err
	}
	rows, err := pool.Query(ctx, figuresSQL)
	if err != nil {
		return err
	}
	var phase string
	figures, into := make([]float64, len(g.descs)), []any{&phase}
	for i := range figures {
		into = append(into, &figures[i])
	}
	_, err = pgx.ForEachRow(rows, into, func() error {
		for i, d := range g.descs {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, figures[i], store, phase)
		}
		return nil
	})
	return err
}
