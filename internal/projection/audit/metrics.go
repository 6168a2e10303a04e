package audit

import "github.com/prometheus/client_golang/prometheus"

// metrics counts what this process compares.
type metrics struct {
	events, rows, mismatches, repaired, failures *prometheus.CounterVec
}

func newMetrics(to prometheus.Registerer) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polder_audit_" + name, Help: help}, labels)
	}
	m := &metrics{
		events:     counter("events_total", "Events that were folded again.", "store"),
		rows:       counter("rows_checked_total", "Rows that were compared with what the events say.", "store"),
		mismatches: counter("mismatches_total", "Rows that were not what the events say.", "store"),
		repaired:   counter("repaired_total", "Rows that the auditor mended by itself.", "store"),
		failures:   counter("failures_total", "Looks that failed.", "store"),
	}
	if to != nil {
		to.MustRegister(m.events, m.rows, m.mismatches, m.repaired, m.failures)
	}
	return m
}

// begin shows zeros for the store: what counts from nothing to one at its first sight is not an
// increase to Prometheus, and one wrong row is what these are for.
func (m *metrics) begin(store string) {
	for _, counter := range []*prometheus.CounterVec{m.events, m.rows, m.mismatches, m.repaired, m.failures} {
		counter.WithLabelValues(store)
	}
}
