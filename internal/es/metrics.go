package es

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics tell how the store does. No label names an account.
type metrics struct {
	appends   prometheus.Counter
	events    prometheus.Counter
	repeated  prometheus.Counter
	refusals  *prometheus.CounterVec
	duration  prometheus.Histogram
	groupSize prometheus.Histogram
	missed    prometheus.Counter
}

func newMetrics() *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "polder_store_" + name, Help: help})
	}
	return &metrics{
		appends:  counter("appends_total", "Appends that were stored."),
		events:   counter("events_total", "Events that were stored."),
		repeated: counter("repeated_commands_total", "Appends that were answered with what their command stored before."),
		missed:   counter("stale_memory_total", "Accounts that were found at another head than the process remembered."),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "polder_store_conflicts_total", Help: "Appends that were not stored, by reason."}, []string{"reason"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "polder_store_append_duration_seconds", Help: "Time from the call of an append to its answer.",
			Buckets: prometheus.ExponentialBuckets(0.000_25, 2, 16)}),
		groupSize: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "polder_store_group_size", Help: "Appends that were stored together.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 11)}),
	}
}

// begin shows all reasons of refusals as zero from the start: a rate needs the zero before the first one.
func (m *metrics) begin() {
	for _, reason := range []string{"revision", "unique", "limit", "command_reused", "account", "error"} {
		m.refusals.WithLabelValues(reason)
	}
}

// register exports the metrics, with the age of the oldest append in flight.
func (m *metrics) register(registry prometheus.Registerer, oldestAge func() time.Duration) {
	if registry == nil {
		return
	}
	m.begin()
	registry.MustRegister(m.appends, m.events, m.repeated, m.refusals, m.duration, m.groupSize, m.missed,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "polder_store_oldest_append_seconds", Help: "Age of the oldest append in flight; 0 when there is none."},
			func() float64 { return oldestAge().Seconds() }))
}

func (m *metrics) accepted(events int) {
	m.appends.Inc()
	m.events.Add(float64(events))
}

func (m *metrics) refused(err error) { m.refusals.WithLabelValues(reason(err)).Inc() }

func reason(err error) string {
	var guard *GuardError
	switch {
	case errors.As(err, new(*ConflictError)):
		return "revision"
	case errors.As(err, &guard):
		return guard.Kind
	case errors.As(err, new(*CommandReusedError)):
		return "command_reused"
	case errors.As(err, new(*AccountError)):
		return "account"
	}
	return "error"
}
