package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// run runs a projector in this process until the returned function is called.
func (w *world) run(t *testing.T) (url string, stop func() error) {
	t.Helper()
	return w.runWith(t, func(*Config) {})
}

func (w *world) runWith(t *testing.T, change func(*Config)) (url string, stop func() error) {
	t.Helper()
	config, err := configFrom(func(name string) string {
		return map[string]string{"POLDER_CATALOG_URL": w.DB.URL, "POLDER_LISTEN": "127.0.0.1:0"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	change(&config)
	started := make(chan string, 1)
	config.Started = func(addr net.Addr) { started <- "http://" + addr.String() }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, config) }()
	select {
	case url = <-started:
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	}
	return url, func() error { cancel(); return <-ended }
}

func TestRunAppliesAndShowsItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	url, stop := w.run(t)
	account := w.account(t) // after the start: accounts need no restart
	last := w.Append(t, account, orders(30)...)
	waitFor(t, "the events to be applied", func() bool { return w.cursor(t, account) == last })
	for path, says := range map[string]string{
		"/healthz": "ok", "/readyz": "ok",
		"/metrics": `polder_projector_events_applied_total{store="one"} 60`,
	} {
		if status, body := get(t, url+path); status != http.StatusOK || !strings.Contains(body, says) {
			t.Errorf("%s: %d without %q:\n%s", path, status, says, body)
		}
	}
	_, metrics := get(t, url+"/metrics")
	for _, name := range []string{
		`polder_projector_lag_events{store="one"} 0`, `polder_projector_lag_seconds{store="one"} 0`, `polder_projector_parked_projections{store="one"} 0`,
		`polder_loop_heartbeat_age_seconds{loop="projector-one-0"}`, `polder_loop_heartbeat_age_seconds{loop="projector-heads"}`,
		`polder_loop_heartbeat_age_seconds{loop="link one"}`, `polder_loop_heartbeat_age_seconds{loop="auditor"}`, `polder_build_info`, `polder_projector_page_duration_seconds_count`,
	} {
		if !strings.Contains(metrics, name) {
			t.Errorf("%s is not in the metrics", name)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// Starting takes seconds, however many accounts there are.
func TestStartWithManyAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(t, `INSERT INTO catalog.accounts (account_id, name, store_id, release, change)
	  SELECT gen_random_uuid(), 'a' || n, $1, $2, 1 FROM generate_series(1, 10500) n`, sales.StoreID, w.Release.Digest())
	w.Exec(t, `INSERT INTO store.account_heads (account_id, epoch) SELECT account_id, 1 FROM catalog.accounts`)
	w.Exec(t, `INSERT INTO store.live_cursors (account_id) SELECT account_id FROM catalog.accounts`)
	busy := w.account(t)
	last := w.Append(t, busy, orders(5)...)
	start := time.Now()
	_, stop := w.run(t)
	waitFor(t, "the waiting events to be applied", func() bool { return w.cursor(t, busy) == last })
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v from start to the first account's events", took)
	} else {
		t.Logf("%v from start to the first account's events, with 10,500 accounts", took)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env  map[string]string
		says string
	}{
		{map[string]string{}, "POLDER_CATALOG_URL is not set"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://x:se%zzcret@h/d"}, "POLDER_CATALOG_URL is not a URL"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://h/d", "POLDER_WORKERS": "0"}, "POLDER_WORKERS"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://h/d", "POLDER_PAGE_EVENTS": "x"}, "POLDER_PAGE_EVENTS"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://h/d", "POLDER_AUDIT_RATE": "-1"}, "POLDER_AUDIT_RATE"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://h/d", "POLDER_SEAL_RATE": "much"}, "POLDER_SEAL_RATE"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://h/d", "POLDER_AUTO_REPAIR": "Orders,,all"}, "POLDER_AUTO_REPAIR"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://h/d", "POLDER_WRITE_BACK_RATE": "-1"}, "POLDER_WRITE_BACK_RATE"},
		{map[string]string{"POLDER_CATALOG_URL": "postgres://h/d", "POLDER_PPROF": "perhaps"}, "POLDER_PPROF"},
	} {
		_, err := configFrom(func(name string) string { return test.env[name] })
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "cret") {
			t.Errorf("%v: %v, want %q", test.env, err, test.says)
		}
	}
	c, err := configFrom(func(name string) string {
		return map[string]string{"POLDER_CATALOG_URL": "postgres://me:secret@h/d"}[name]
	})
	if err != nil || c.StoreLogin != "me" || c.StorePassword != "secret" || c.Listen != defaultListen || c.Workers != defaultWorkers ||
		c.AuditRate != audit.DefaultRate || c.SealRate != seal.DefaultRate || c.WriteBackRate != 0 || c.AutoRepair.All || c.AutoRepair.Only != nil {
		t.Errorf("defaults: %+v, %v", c, err)
	}
}

// An account whose store is not there does not keep the others waiting.
func TestUnknownAccountsAreNobodysProblem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stray := w.NewAccount(t).ID // in the store, and not in the catalog
	w.Append(t, stray, orders(1)...)
	_, stop := w.run(t)
	account := w.account(t)
	last := w.Append(t, account, orders(1)...)
	waitFor(t, "the known account's events", func() bool { return w.cursor(t, account) == last })
	if w.cursor(t, stray) != 0 {
		t.Error("an account that the catalog does not know was worked on")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A store that is added while the projector runs is served like the first.
func TestStoresAreAddedWithoutRestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, stop := w.run(t)
	first := w.account(t)
	firstLast := w.Append(t, first, orders(3)...)

	second := sales.Open(t, pgtest.New(t), w.Release)
	w.addStore(t, "two", second.DB)
	made := second.NewAccount(t)
	_, err := w.catalog.CreateAccount(t.Context(), tenant.NewAccount{ID: made.ID, Name: made.Name, StoreID: "two", Release: made.Release})
	if err != nil {
		t.Fatal(err)
	}
	last := second.Append(t, made.ID, orders(5)...)
	at := func() int64 {
		return second.Number(t, "SELECT sequence_number FROM store.live_cursors WHERE account_id = $1", made.ID)
	}
	waitFor(t, "the second store's account", func() bool { return at() == last })
	waitFor(t, "the first store's account", func() bool { return w.cursor(t, first) == firstLast })
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// One store that is away keeps the others' accounts from nothing, so the process stays in service.
func TestItIsReadyWhileAStoreAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.catalog.AddStore(t.Context(), "away", "postgres://127.0.0.1:1/polder"); err != nil {
		t.Fatal(err)
	}
	url, stop := w.run(t)
	if status, body := get(t, url+"/readyz"); status != http.StatusOK {
		t.Errorf("with a store of two: %d %s", status, body)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	w.Exec(t, "DELETE FROM catalog.stores WHERE store_id <> 'away'")
	url, stop = w.run(t)
	if status, body := get(t, url+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "store away does not answer") {
		t.Errorf("with none: %d %s", status, body)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
