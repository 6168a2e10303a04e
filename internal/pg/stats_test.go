package pg_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

func TestStatsTellOfTheStoresThatAnswer(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	watcher := db.Pool(t, pg.Watcher)
	open, err := db.Pool(t, pg.Appender).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Rollback(context.Background()) }()
	if _, err := open.Exec(t.Context(), "SELECT pg_catalog.pg_sleep(0.05)"); err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(pg.NewStats(func() []string { return []string{"away", "main"} },
		func(_ context.Context, store string) (*pgxpool.Pool, error) {
			if store == "away" {
				return nil, errors.New("no such store")
			}
			return watcher, nil
		}))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() != "main" {
				t.Errorf("%s has figures of a store that did not answer", f.GetName())
			}
			got[f.GetName()] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
		if per := len(f.GetMetric()); per != 1 && per != 10 { // a store, or its ten largest tables
			t.Errorf("%s has %d figures", f.GetName(), per)
		}
	}
	if len(got) != 16 {
		t.Errorf("%d figures, want 16: %v", len(got), got)
	}
	if age := got["polder_postgresql_longest_transaction_seconds"]; age < 0.05 || age > 60 {
		t.Errorf("the open transaction is %v s old", age)
	}
	for _, name := range []string{"connections", "connections_max", "commits_total", "largest_table_bytes", "transaction_id_age", "table_bytes", "index_bytes", "wal_bytes_total"} {
		if got["polder_postgresql_"+name] <= 0 {
			t.Errorf("%s = %v, want more than nothing", name, got["polder_postgresql_"+name])
		}
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
}

// Somebody holds a table for himself: its size is not to be had, and what shows who does is.
func TestStatsDoNotWaitForATable(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	holder := db.Pool(t, pg.Owner)
	tx, err := holder.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), "LOCK TABLE store.snapshots IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	watcher := db.Pool(t, pg.Watcher)
	stats := pg.NewStats(func() []string { return []string{"main"} }, func(context.Context, string) (*pgxpool.Pool, error) { return watcher, nil })
	began := time.Now()
	if n := testutil.CollectAndCount(stats, "polder_postgresql_longest_transaction_seconds", "polder_postgresql_table_bytes"); n != 1 {
		t.Errorf("%d figures, want that of the transaction alone", n)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("a scrape took %s", took)
	}
}
