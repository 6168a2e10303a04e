package projection_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// An account that floods gets one page and goes behind all who wait, each time.
func TestFloodingAccountDoesNotStarveOthers(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t))
	registry := prometheus.NewRegistry()
	flood := s.NewAccount(t).ID
	watchCursor(t, s, flood)
	events := history(1, 5, 60)
	last := s.Append(t, flood, events...)
	unblock := block(t, s, flood, events[2].Stream)
	r := start(t, s, pageOf(10), func(c *projection.Config) { c.Workers, c.Metrics = 1, registry })
	r.poke(flood, last)
	waitFor(t, "the flooding account's page to hang", func() bool { return waitingForLock(t, s) })

	var others []uuid.UUID
	for n := range 5 {
		others = append(others, s.NewAccount(t).ID)
		r.poke(others[n], s.Append(t, others[n], history(uint64(n), 2, 8)...))
	}
	waitFor(t, "all to stand in line", func() bool { return inLine(t, registry) == 1+len(others) })
	unblock()
	r.settle(t, flood, last)

	order := pagesInOrder(t, s)
	if len(order) != 11 || order[0] != flood || slices.Contains(order[1:6], flood) {
		t.Errorf("%d pages, of the flooding account at %v; want its second page behind the five others",
			len(order), positions(order, flood))
	}
}

// block keeps a page from writing the order's row, until the returned function is called.
func block(t *testing.T, s *sales.Store, account, order uuid.UUID) func() {
	t.Helper()
	tx, err := s.Super.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	table := projection.TableOf(s.Release.Projection("Orders")).Quoted()
	if _, err := tx.Exec(t.Context(), "INSERT INTO "+table+" (account_id, key, row_sequence) VALUES ($1, $2, 0)", account, order); err != nil {
		t.Fatal(err)
	}
	release := func() { _ = tx.Rollback(context.Background()) }
	t.Cleanup(release)
	return release
}

func waitingForLock(t *testing.T, s *sales.Store) bool {
	t.Helper()
	return s.Number(t, `SELECT count(*) FROM pg_stat_activity
	  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%read_models%'`) > 0
}

// waitFor polls a condition of the database or of metrics, which send no signal.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func inLine(t *testing.T, registry *prometheus.Registry) int {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == "polder_projector_queue_accounts" {
			return int(family.GetMetric()[0].GetGauge().GetValue())
		}
	}
	return 0
}

func pagesInOrder(t *testing.T, s *sales.Store) []uuid.UUID {
	t.Helper()
	rows, err := s.Super.Query(t.Context(), "SELECT account_id FROM public.cursor_moves ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var order []uuid.UUID
	for rows.Next() {
		var account uuid.UUID
		if err := rows.Scan(&account); err != nil {
			t.Fatal(err)
		}
		order = append(order, account)
	}
	return order
}

func positions(order []uuid.UUID, account uuid.UUID) []int {
	var out []int
	for i, a := range order {
		if a == account {
			out = append(out, i)
		}
	}
	return out
}

// Nobody tells the projector anything: the link's poll over heads and cursors finds the work.
func TestWorkIsFoundWithAllHintsLost(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t))
	r := start(t, s)
	accounts := []uuid.UUID{s.NewAccount(t).ID, s.NewAccount(t).ID}
	last := []int64{s.Append(t, accounts[0], history(1, 5, 40)...), s.Append(t, accounts[1], history(2, 5, 50)...)}
	link := notify.NewLink(notify.LinkConfig{Pool: s.Role("polder_watcher"), Heads: r.heads, Applied: r.applied, Poll: 20 * time.Millisecond})
	if err := link.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Stop)
	for n, account := range accounts {
		waitFor(t, "the live cursor to reach the head", func() bool { return cursor(t, s, account) == last[n] })
	}
}

func TestLagsTellWhereTheStoreStands(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t))
	sick, idle := s.NewAccount(t).ID, s.NewAccount(t).ID
	r := start(t, s)
	r.settle(t, idle, s.Append(t, idle, history(1, 3, 10)...))
	r.settle(t, sick, s.Append(t, sick, happened("Order", uuid.New(), "OrderPlacedEvent", poisons["unstorable"])))
	r.Stop()
	s.Append(t, idle, history(2, 3, 30)...)
	s.Exec(t, "UPDATE store.events SET commit_time = now() - interval '1 hour' WHERE account_id = $1 AND sequence_number = 11", idle)

	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(projection.NewLags(s, s.Stores))
	got := map[string]float64{}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		got[family.GetName()] = family.GetMetric()[0].GetGauge().GetValue()
	}
	for name, want := range map[string]float64{
		"lagging_accounts": 1, "lag_events": 30, "parked_projections": 1, "store_unreachable": 0,
	} {
		if got["polder_projector_"+name] != want {
			t.Errorf("%s = %v, want %v", name, got["polder_projector_"+name], want)
		}
	}
	if lag := got["polder_projector_lag_seconds"]; lag < 3600 || lag > 3700 {
		t.Errorf("lag_seconds = %v, want the age of the oldest event that is not applied", lag)
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
}
