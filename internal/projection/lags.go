package projection

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// scrapeTime is how long a scrape waits for a store.
const scrapeTime = 3 * time.Second

// Lags is a prometheus.Collector of how far the stores' accounts lag. It asks each store at
// each scrape; a store that does not answer is missing from the answer. Accounts are named in
// tables of the ten worst only, so that the number of series does not follow from that of accounts.
type Lags struct {
	pools      Pools
	stores     func() []tenant.Store
	storeIsOut *prometheus.Desc
	figures    []figures
}

// figures are the columns of a statement's rows.
type figures struct {
	sql    string
	labels int // that come first: none of a store, the account and the projection of the worst ones
	descs  []*prometheus.Desc
}

// NewLags returns a collector over the stores; the pools give role watcher.
func NewLags(pools Pools, stores func() []tenant.Store) *Lags {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("polder_projector_"+name, help, append([]string{"store"}, more...), nil)
	}
	return &Lags{
		pools: pools, stores: stores,
		storeIsOut: desc("store_unreachable", "1 when the store did not answer this scrape."),
		figures: []figures{
			{lagSQL, 0, []*prometheus.Desc{
				desc("lagging_accounts", "Accounts with events that are not applied."),
				desc("lag_events", "Events that are not applied, over all accounts."),
				desc("lag_seconds", "Age of the oldest event that is not applied; 0: all are."),
			}},
			{parkedSQL, 0, []*prometheus.Desc{
				desc("parked_projections", "Projections of accounts that an event stopped."),
				desc("parked_oldest_seconds", "Time since the oldest of them was stopped; 0: there is none."),
			}},
			{fanOutsSQL, 0, []*prometheus.Desc{
				desc("fan_outs", "Changed values that are still to be taken to the rows that copy them."),
				desc("fan_outs_oldest_seconds", "Time since the oldest of them was started; 0: there is none."),
			}},
			{mostLaggingSQL, 1, []*prometheus.Desc{
				desc("account_lag_seconds", "Age of the account's oldest event that is not applied, of the ten that lag most.", "account"),
				desc("account_lag_events", "Events of these accounts that are not applied.", "account"),
			}},
			{longestParkedSQL, 2, []*prometheus.Desc{
				desc("account_parked_seconds", "Time since the account's projection was stopped, of the ten that are parked longest.", "account", "projection"),
			}},
			{mostWrongSQL, 1, []*prometheus.Desc{
				desc("account_wrong_rows", "Rows that auditors have found wrong so far, those that are mended by now included, of the ten accounts with the most.", "account"),
			}},
		},
	}
}

// Describe implements prometheus.Collector.
func (l *Lags) Describe(to chan<- *prometheus.Desc) {
	to <- l.storeIsOut
	for _, f := range l.figures {
		for _, d := range f.descs {
			to <- d
		}
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
	from := Scrape{Pool: pool, Store: store, To: to}
	for _, f := range l.figures {
		if err := from.Tell(ctx, f.sql, f.labels, f.descs...); err != nil {
			return err
		}
	}
	return nil
}
