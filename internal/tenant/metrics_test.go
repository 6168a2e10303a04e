package tenant_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

func TestMetricsCountAccountsAndConnections(t *testing.T) {
	t.Parallel()
	w, d, pools, changed := twoStores(t)
	for _, name := range []string{"ann", "bob", "eve"} {
		w.accountOn("east", name)
		next(t, changed)
	}
	eve, err := d.AccountByName("eve")
	must(t, err)
	must(t, w.catalog.SetState(t.Context(), eve.ID, tenant.Suspended))
	next(t, changed)
	conn, err := mustPool(t, pools, "east", pg.API).Acquire(t.Context())
	must(t, err)
	defer conn.Release()

	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(d, pools)
	must(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP polder_accounts Accounts in the catalog.
# TYPE polder_accounts gauge
polder_accounts{release="`+w.release[:12]+`",state="active"} 2
polder_accounts{release="`+w.release[:12]+`",state="suspended"} 1
# HELP polder_pool_connections Connections to the store that this process holds.
# TYPE polder_pool_connections gauge
polder_pool_connections{role="polder_api",state="idle",store="east"} 0
polder_pool_connections{role="polder_api",state="in_use",store="east"} 1
# HELP polder_pool_connections_max Connections to the store that this process may hold.
# TYPE polder_pool_connections_max gauge
polder_pool_connections_max{role="polder_api",store="east"} 3
`), "polder_accounts", "polder_pool_connections", "polder_pool_connections_max"))
}

func TestTheDirectorysAgeGrowsWhileTheCatalogIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clock := &fakeClock{now: time.Unix(1e9, 0)}
	d := w.directory(tenant.DirectoryConfig{Poll: never, Clock: clock.read})
	d.Stop() // no refresh any more
	clock.now = clock.now.Add(90 * time.Second)
	if got := testutil.ToFloat64(only{d, "polder_directory_age_seconds"}); got != 90 {
		t.Errorf("age = %v, want 90", got)
	}
}

// only is one metric of a collector.
type only struct {
	prometheus.Collector
	name string
}

func (o only) Collect(to chan<- prometheus.Metric) {
	all := make(chan prometheus.Metric, 100)
	o.Collector.Collect(all)
	close(all)
	for m := range all {
		if strings.Contains(m.Desc().String(), `"`+o.name+`"`) {
			to <- m
		}
	}
}

// Whoever was refused for stale routing knows the new route after a refresh, hint or not.
func TestRefreshKnowsAllThatWasCommittedBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	d := w.directory(tenant.DirectoryConfig{Poll: never})
	for range 20 {
		epoch, err := a.Epoch+1, w.catalog.Route(t.Context(), a.ID, "main", a.Epoch+1)
		must(t, err)
		must(t, d.Refresh(t.Context()))
		if known, err := d.Account(a.ID); err != nil || known.Epoch != epoch {
			t.Fatalf("epoch %d is known after %d was committed", known.Epoch, epoch)
		}
	}
	d.Stop()
	wantKind(t, d.Refresh(t.Context()), fault.Unavailable)
}
