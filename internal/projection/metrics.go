package projection

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// metrics counts what this process applies of a store's events.
type metrics struct {
	events   prometheus.Counter
	pages    *prometheus.CounterVec
	failures *prometheus.CounterVec
	parked   prometheus.Counter
	fanned   prometheus.Counter
	duration prometheus.Histogram
}

// newMetrics returns the metrics of the store; waiting is how many accounts are in line.
func newMetrics(to prometheus.Registerer, store string, waiting func() int) *metrics {
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
	for _, outcome := range []string{"applied", "empty", "busy"} {
		m.pages.WithLabelValues(outcome) // a rate needs the zero before the first one
	}
	for _, kind := range []fault.Kind{fault.Unavailable, fault.Internal} {
		m.failures.WithLabelValues(kind.String())
	}
	if to != nil {
		prometheus.WrapRegistererWith(prometheus.Labels{"store": store}, to).MustRegister(m.events, m.pages, m.failures, m.parked, m.fanned, m.duration,
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "polder_projector_queue_accounts", Help: "Accounts in this process's line: waiting, at work, or kept out after a failure.",
			}, func() float64 { return float64(waiting()) }))
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
