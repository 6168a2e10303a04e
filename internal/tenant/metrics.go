package tenant

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/pg"
)

// digestLabel is how much of a release's digest tells it apart in a label.
const digestLabel = 12

// Describe implements prometheus.Collector.
func (d *Directory) Describe(to chan<- *prometheus.Desc) {
	accounts, age := directoryDescs()
	to <- accounts
	to <- age
}

// Collect implements prometheus.Collector: accounts by state and release, and how old what
// the process knows of the catalog is.
func (d *Directory) Collect(to chan<- prometheus.Metric) {
	accounts, age := directoryDescs()
	type group struct{ state, release string }
	counts := map[group]int{}
	for _, a := range d.Accounts() {
		counts[group{string(a.State), a.Release[:min(digestLabel, len(a.Release))]}]++
	}
	for of, count := range counts {
		to <- prometheus.MustNewConstMetric(accounts, prometheus.GaugeValue, float64(count), of.state, of.release)
	}
	if seen := d.seen.Load(); seen != 0 {
		old := max(0, time.Duration(d.config.Clock().UnixNano()-seen))
		to <- prometheus.MustNewConstMetric(age, prometheus.GaugeValue, old.Seconds())
	}
}

func directoryDescs() (accounts, age *prometheus.Desc) {
	return prometheus.NewDesc("polder_accounts", "Accounts in the catalog.", []string{"state", "release"}, nil),
		prometheus.NewDesc("polder_directory_age_seconds", "Time since the catalog last answered this process.", nil, nil)
}

// poolDescs describes what is told of each pool.
type poolDescs struct{ connections, most, waiting, waits, waited *prometheus.Desc }

func newPoolDescs() poolDescs {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("polder_pool_"+name, help, append([]string{"store", "role"}, more...), nil)
	}
	return poolDescs{
		connections: desc("connections", "Connections to the store that this process holds.", "state"),
		most:        desc("connections_max", "Connections to the store that this process may hold."),
		waiting:     desc("waiting", "Work that waits for a connection at this moment."),
		waits:       desc("waits_total", "Times that work waited for a connection."),
		waited:      desc("wait_seconds_total", "Time that work waited for connections."),
	}
}

// Describe implements prometheus.Collector.
func (p *Pools) Describe(to chan<- *prometheus.Desc) {
	descs := newPoolDescs()
	to <- descs.connections
	to <- descs.most
	to <- descs.waiting
	to <- descs.waits
	to <- descs.waited
}

// Collect implements prometheus.Collector: connections in use and idle, and waits for one, by
// store and role.
func (p *Pools) Collect(to chan<- prometheus.Metric) {
	descs := newPoolDescs()
	p.Each(func(store string, role pg.Role, pool *pgxpool.Pool) {
		stat := pool.Stat()
		gauge := func(desc *prometheus.Desc, value int64, labels ...string) {
			to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(value), append([]string{store, string(role)}, labels...)...)
		}
		counter := func(desc *prometheus.Desc, value float64) {
			to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, value, store, string(role))
		}
		gauge(descs.connections, int64(stat.AcquiredConns()), "in_use")
		gauge(descs.connections, int64(stat.IdleConns()), "idle")
		gauge(descs.most, int64(stat.MaxConns()))
		gauge(descs.waiting, pg.Waiting(pool))
		counter(descs.waits, float64(stat.EmptyAcquireCount()))
		counter(descs.waited, stat.EmptyAcquireWaitTime().Seconds())
	})
}
