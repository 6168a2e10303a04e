package projection

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// metrics counts what this process applies.
type metrics struct {
	events   prometheus.Counter
	pages    *prometheus.CounterVec
	failures *prometheus.CounterVec
	parked   prometheus.Counter
	fanned   prometheus.Counter
	duration prometheus.Histogram
}

func newMetrics(to prometheus.Registerer) *metrics {
	m := &metrics{
		events: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "polder_projector_events_applied_total", Help: "Events that live cursors were moved over."}),
		pages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "polder_projector_pages_total", Help: "Pages by outcome: applied, empty, or busy (another worker had the account)."},
			[]string{"outcome"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "polder_projector_page_failures_total", Help: "Pages that failed and come again, by kind of error."}, []string{"kind"}),
		parked: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "polder_projector_parkings_total", Help: "Projections of an account that an event stopped."}),
		fanned: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "polder_projector_fan_out_rows_total", Help: "Rows to which a changed value that they copy was taken."}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "polder_projector_page_duration_seconds", Help: "Time to apply a page, from claim to commit.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)}),
	}
	if to != nil {
		to.MustRegister(m.events, m.pages, m.failures, m.parked, m.fanned, m.duration)
	}
	return m
}

func (m *metrics) applied(done outcome, took time.Duration) {
	switch {
	case !done.claimed:
		m.pages.WithLabelValues("busy").Inc()
	case done.to == done.from:
		m.pages.WithLabelValues("empty").Inc()
	default:
		m.pages.WithLabelValues("applied").Inc()
		m.events.Add(float64(done.to - done.from))
		m.duration.Observe(took.Seconds())
		m.parked.Add(float64(len(done.parked)))
	}
}

func (m *metrics) fannedOut(done fannedOut) { m.fanned.Add(float64(done.rows)) }

func (m *metrics) failed(err error) {
	m.failures.WithLabelValues(fault.KindOf(pg.Fault(err)).String()).Inc()
}

// scrapeTime is how long a scrape waits for a store.
const scrapeTime = 3 * time.Second

// Lags is a prometheus.Collector of how far the stores' accounts lag. It asks each store at
// each scrape; a store that does not answer is missing from the answer.
type Lags struct {
	pools                             Pools
	stores                            func() []tenant.Store
	accounts, events, seconds         *prometheus.Desc
	parked, parkedSeconds, storeIsOut *prometheus.Desc
	fanOuts, fanOutSeconds            *prometheus.Desc
}

// NewLags returns a collector over the stores; the pools give role watcher.
func NewLags(pools Pools, stores func() []tenant.Store) *Lags {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("polder_projector_"+name, help, []string{"store"}, nil)
	}
	return &Lags{
		pools: pools, stores: stores,
		accounts:      desc("lagging_accounts", "Accounts with events that are not applied."),
		events:        desc("lag_events", "Events that are not applied, over all accounts."),
		seconds:       desc("lag_seconds", "Age of the oldest event that is not applied; 0: all are."),
		parked:        desc("parked_projections", "Projections of accounts that an event stopped."),
		parkedSeconds: desc("parked_oldest_seconds", "Time since the oldest of them was stopped; 0: there is none."),
		fanOuts:       desc("fan_outs", "Changed values that are still to be taken to the rows that copy them."),
		fanOutSeconds: desc("fan_outs_oldest_seconds", "Time since the oldest of them was started; 0: there is none."),
		storeIsOut:    desc("store_unreachable", "1 when the store did not answer this scrape."),
	}
}

// Describe implements prometheus.Collector.
func (l *Lags) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{l.accounts, l.events, l.seconds, l.parked, l.parkedSeconds, l.fanOuts, l.fanOutSeconds, l.storeIsOut} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (l *Lags) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	for _, store := range l.stores() {
		out := 0.0
		if err := l.collect(ctx, store.ID, to); err != nil {
			out = 1
		}
		to <- prometheus.MustNewConstMetric(l.storeIsOut, prometheus.GaugeValue, out, store.ID)
	}
}

func (l *Lags) collect(ctx context.Context, store string, to chan<- prometheus.Metric) error {
	pool, err := l.pools.Pool(ctx, store, pg.Watcher)
	if err != nil {
		return err
	}
	var accounts, parked, fanOuts int64
	var events, seconds, parkedSeconds, fanOutSeconds float64
	if err := pool.QueryRow(ctx, lagSQL).Scan(&accounts, &events, &seconds); err != nil {
		return err
	}
	if err := pool.QueryRow(ctx, parkedSQL).Scan(&parked, &parkedSeconds); err != nil {
		return err
	}
	if err := pool.QueryRow(ctx, fanOutsSQL).Scan(&fanOuts, &fanOutSeconds); err != nil {
		return err
	}
	gauge := func(d *prometheus.Desc, v float64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, store)
	}
	gauge(l.accounts, float64(accounts))
	gauge(l.events, events)
	gauge(l.seconds, seconds)
	gauge(l.parked, float64(parked))
	gauge(l.parkedSeconds, parkedSeconds)
	gauge(l.fanOuts, float64(fanOuts))
	gauge(l.fanOutSeconds, fanOutSeconds)
	return nil
}
