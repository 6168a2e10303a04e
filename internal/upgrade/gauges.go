package upgrade

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTime is how long a scrape waits for the catalog.
const scrapeTime = 3 * time.Second

// Gauges is a prometheus.Collector of the upgrades under way. Processes that serve show it, because
// those that upgrade live too shortly to be scraped.
type Gauges struct {
	catalog         *pgxpool.Pool
	accounts, pause *prometheus.Desc
}

// NewGauges returns a collector over the catalog; the pool's role is api or projector.
func NewGauges(catalog *pgxpool.Pool) *Gauges {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("polder_upgrade_"+name, help, []string{"upgrade", "run", "state"}, nil)
	}
	return &Gauges{catalog: catalog,
		accounts: desc("accounts", "Accounts of the upgrades that have not ended, by the state of the run and their own."),
		pause:    desc("pause_seconds_max", "Longest time that the appends of one of these accounts waited for its switch.")}
}

// Describe implements prometheus.Collector.
func (g *Gauges) Describe(to chan<- *prometheus.Desc) {
	to <- g.accounts
	to <- g.pause
}

// Collect implements prometheus.Collector. A catalog that does not answer is told of by the
// directory's age.
func (g *Gauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	rows, err := g.catalog.Query(ctx, figuresSQL)
	if err != nil {
		return
	}
	var id, run, state string
	var accounts, pause float64
	_, _ = pgx.ForEachRow(rows, []any{&id, &run, &state, &accounts, &pause}, func() error {
		to <- prometheus.MustNewConstMetric(g.accounts, prometheus.GaugeValue, accounts, id, run, state)
		to <- prometheus.MustNewConstMetric(g.pause, prometheus.GaugeValue, pause, id, run, state)
		return nil
	})
}
