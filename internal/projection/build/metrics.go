package build

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// scrapeTime is how long a scrape waits for all stores.
const scrapeTime = 3 * time.Second

// Gauges is a prometheus.Collector of the builds of the stores' accounts. It asks each store
// at each scrape; a store that does not answer is missing from the answer. Accounts are named in
// a table of the ten builds that take longest only.
type Gauges struct {
	pools   projection.Pools
	stores  func() []tenant.Store
	descs   []*prometheus.Desc // the columns of figures.sql after the phase, in their order
	longest []*prometheus.Desc // those of longest.sql after the account and the projection
}

// NewGauges returns a collector over the stores; the pools give role watcher.
func NewGauges(pools projection.Pools, stores func() []tenant.Store) *Gauges {
	descOf := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("polder_projection_build_"+name, help, append([]string{"store"}, labels...), nil)
	}
	desc := func(name, help string) *prometheus.Desc { return descOf(name, help, "phase") }
	return &Gauges{
		pools: pools, stores: stores,
		descs: []*prometheus.Desc{
			desc("units", "Projections of accounts that are being built, or whose build failed, by phase."),
			desc("paused", "Those of them that wait for an operator."),
			desc("events_read", "Events that the builds under way have built; one that is folded and not proven counts half."),
			desc("events_left", "Events that are still to be folded and proven, over all builds; one that is folded counts half."),
			desc("rows_written", "Rows that the builds under way have written."),
			desc("events_per_second", "Events that they have built per second since each began; of those that are not paused."),
			desc("eta_seconds", "How long the slowest of them will take at its pace so far; 0: none is at work."),
			desc("oldest_seconds", "Time since the oldest of them began; 0: there is none."),
		},
		longest: []*prometheus.Desc{
			descOf("account_done_ratio", "Share of the account's build that is done, of the ten that take longest.", "account", "projection"),
			descOf("account_eta_seconds", "How long the build will take at its pace so far; 0: there is no pace yet.", "account", "projection"),
		},
	}
}

// Describe implements prometheus.Collector.
func (g *Gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range slices.Concat(g.descs, g.longest) {
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
	from := projection.Scrape{Pool: pool, Store: store, To: to}
	if err := from.Tell(ctx, figuresSQL, 1, g.descs...); err != nil {
		return err
	}
	return from.Tell(ctx, longestSQL, 2, g.longest...)
}
