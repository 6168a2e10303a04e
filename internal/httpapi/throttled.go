package httpapi

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	// throttledSpan is how long a refusal is remembered at least, and at most twice as long.
	throttledSpan = 5 * time.Minute
	// throttledMost is how many accounts are named.
	throttledMost = 10
)

// throttled counts the requests that were refused for being too many, and is a
// prometheus.Collector that names the accounts with the most of them lately. All accounts are
// counted and few are shown: series that follow from the number of accounts would
// be a load of their own.
type throttled struct {
	clock        func() time.Time
	total        prometheus.Counter
	account      *prometheus.Desc
	mu           sync.Mutex
	began        time.Time
	late, before map[uuid.UUID]int // since began, and in the span before
}

func newThrottled(clock func() time.Time) *throttled {
	return &throttled{
		clock: clock, began: clock(), late: map[uuid.UUID]int{},
		total: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "polder_api_throttled_total", Help: "Requests beyond their account's budget or quota.",
		}),
		account: prometheus.NewDesc("polder_api_account_throttled", "Those of the last five to ten minutes, of the ten accounts with the most.", []string{"account"}, nil),
	}
}

func (t *throttled) inc(account uuid.UUID) {
	t.total.Inc()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget()
	t.late[account]++
}

// forget drops what is too old to count; the caller holds mu.
func (t *throttled) forget() {
	switch age := t.clock().Sub(t.began); {
	case age >= 2*throttledSpan:
		t.before, t.late, t.began = nil, map[uuid.UUID]int{}, t.clock()
	case age >= throttledSpan:
		t.before, t.late, t.began = t.late, map[uuid.UUID]int{}, t.clock()
	}
}

// Describe implements prometheus.Collector.
func (t *throttled) Describe(to chan<- *prometheus.Desc) {
	t.total.Describe(to)
	to <- t.account
}

// Collect implements prometheus.Collector.
func (t *throttled) Collect(to chan<- prometheus.Metric) {
	t.total.Collect(to)
	type line struct {
		account uuid.UUID
		count   int
	}
	t.mu.Lock()
	t.forget()
	var lines []line
	for account, count := range t.late {
		lines = append(lines, line{account, count + t.before[account]})
	}
	for account, count := range t.before {
		if t.late[account] == 0 {
			lines = append(lines, line{account, count})
		}
	}
	t.mu.Unlock()
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.account.String(), b.account.String()))
	})
	for _, l := range lines[:min(throttledMost, len(lines))] {
		to <- prometheus.MustNewConstMetric(t.account, prometheus.GaugeValue, float64(l.count), l.account.String())
	}
}
