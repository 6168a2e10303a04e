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

// Gauges is a prometheus.Collector of the upgrades of late. Processes that serve show it, because
// those that upgrade live too shortly to be scraped.
type Gauges struct {
	catalog *pgxpool.Pool
	tables  []table
}

// table is a statement whose rows have labels first and then a value for each description.
type table struct {
	sql    string
	labels int
	descs  []*prometheus.Desc
}

// NewGauges returns a collector over the catalog; the pool's role is api or projector.
func NewGauges(catalog *pgxpool.Pool) *Gauges {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("polder_upgrade_"+name, help, labels, nil)
	}
	return &Gauges{catalog: catalog, tables: []table{
		{countsSQL, 1, []*prometheus.Desc{
			desc("runs", "Upgrades by state, those of all time.", "state"),
		}},
		{runsSQL, 2, []*prometheus.Desc{
			desc("run_seconds", "Time from the begin of the run to now or its end; of runs of the last week.", "upgrade", "run"),
			desc("idle_seconds", "Time since anything worked on the run; 0: something does, or nothing should.", "upgrade", "run"),
			desc("events", "Events of the run's accounts when it was planned.", "upgrade", "run"),
			desc("events_read", "Events that its builds have read.", "upgrade", "run"),
			desc("rows_written", "Rows that its builds have written.", "upgrade", "run"),
			desc("account_seconds_max", "Longest time that one account took, or takes by now.", "upgrade", "run"),
			desc("last_failure_seconds", "Time since an account failed that is failed still; 0: none is.", "upgrade", "run"),
		}},
		{figuresSQL, 3, []*prometheus.Desc{
			desc("accounts", "Accounts of the upgrades that have not ended, by the state of the run and their own.", "upgrade", "run", "state"),
			desc("pause_seconds_max", "Longest time that the appends of one of these accounts waited for its switch.", "upgrade", "run", "state"),
		}},
	}}
}

// Describe implements prometheus.Collector.
func (g *Gauges) Describe(to chan<- *prometheus.Desc) {
	for _, t := range g.tables {
		for _, d := range t.descs {
			to <- d
		}
	}
}

// Collect implements prometheus.Collector. A catalog that does not answer is told of by the
// directory's age.
func (g *Gauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	for _, t := range g.tables {
		if err := t.collect(ctx, g.catalog, to); err != nil {
			return
		}
	}
}

func (t table) collect(ctx context.Context, catalog *pgxpool.Pool, to chan<- prometheus.Metric) error {
	rows, err := catalog.Query(ctx, t.sql)
	if err != nil {
		return err
	}
	labels, values := make([]string, t.labels), make([]float64, len(t.descs))
	var into []any
	for i := range labels {
		into = append(into, &labels[i])
	}
	for i := range values {
		into = append(into, &values[i])
	}
	_, err = pgx.ForEachRow(rows, into, func() error {
		for i, d := range t.descs {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, values[i], labels...)
		}
		return nil
	})
	return err
}
