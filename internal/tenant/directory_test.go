package tenant_test

import (
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
)

// never is a poll that does not happen during a test: what arrives has come by a hint.
const never = time.Hour

// watch returns a channel of the accounts that a directory is told of.
func watch() (func(tenant.Account), <-chan tenant.Account) {
	changed := make(chan tenant.Account, 100)
	return func(a tenant.Account) { changed <- a }, changed
}

func next(t *testing.T, changed <-chan tenant.Account) tenant.Account {
	t.Helper()
	select {
	case a := <-changed:
		return a
	case <-time.After(deadline):
		t.Fatalf("no change within %v", deadline)
		return tenant.Account{}
	}
}

func TestADirectoryFollowsTheCatalogByHints(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	do, changed := watch()
	d := w.directory(tenant.DirectoryConfig{Poll: never}, do)
	if got := next(t, changed); got != a {
		t.Fatalf("loaded %+v, want %+v", got, a)
	}
	must(t, w.catalog.SetState(t.Context(), a.ID, tenant.Suspended))
	if got := next(t, changed); got.State != tenant.Suspended {
		t.Errorf("state = %s", got.State)
	}
	must(t, w.catalog.AddStore(t.Context(), "second", "postgres://db2:5432/polder"))
	epoch, err := a.Epoch+1, w.catalog.Route(t.Context(), a.ID, "second", a.Epoch+1)
	must(t, err)
	if got := next(t, changed); got.Epoch != epoch || got.StoreID != "second" {
		t.Errorf("routed to %s at epoch %d", got.StoreID, got.Epoch)
	}
	if s, err := d.Store("second"); err != nil || s.Location != "postgres://db2:5432/polder" || len(d.Stores()) != 2 {
		t.Errorf("store = %+v, %v", s, err)
	}
	b := w.account("bravo")
	if got := next(t, changed); got != b {
		t.Errorf("created %+v, want %+v", got, b)
	}
	byName, err := d.AccountByName("bravo")
	must(t, err)
	if byID, err := d.Account(b.ID); err != nil || byID != byName || len(d.Accounts()) != 2 {
		t.Errorf("account = %+v, %v", byID, err)
	}
	_, err = d.AccountByName("nobody")
	wantKind(t, err, fault.NotFound)
	_, err = d.Store("nowhere")
	wantKind(t, err, fault.NotFound)
}

func TestADirectoryFollowsWithoutHints(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	_, token := w.key(a.ID, "*")
	do, changed := watch()
	d := w.directory(tenant.DirectoryConfig{Keys: true, Poll: 20 * time.Millisecond}, do)
	next(t, changed)
	// As the catalog does it, but nobody is told.
	w.asSuperuser(`WITH n AS (UPDATE catalog.change_counter SET last = last + 1 RETURNING last),
		k AS (UPDATE catalog.api_keys SET revoked_at = now(), change = n.last FROM n)
		UPDATE catalog.accounts SET state = 'moving', change = n.last FROM n`)
	if got := next(t, changed); got.State != tenant.Moving {
		t.Errorf("state = %s", got.State)
	}
	_, err := d.Authenticate(t.Context(), token)
	wantKind(t, err, fault.Unauthorized)
}

func TestADirectoryListensAgainWhenItsConnectionIsKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	do, changed := watch()
	w.directory(tenant.DirectoryConfig{Poll: never}, do)
	next(t, changed)
	listening := "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
	until(t, "the directory listens", func() bool { return scan[int](t, w, listening) == 1 })
	for _, state := range []tenant.State{tenant.Suspended, tenant.Active} {
		// Killed and changed at once: the hint is lost, the new connection looks by itself.
		w.asSuperuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
		must(t, w.catalog.SetState(t.Context(), a.ID, state))
		if got := next(t, changed); got.State != state {
			t.Errorf("state = %s, want %s", got.State, state)
		}
		until(t, "the directory listens again", func() bool { return scan[int](t, w, listening) == 1 })
	}
}

// A catalog restored from a backup has a lower change number and other rows.
func TestADirectoryFollowsACatalogThatWasRestored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	gone := w.account("gone")
	d := w.directory(tenant.DirectoryConfig{Poll: 20 * time.Millisecond})
	w.asSuperuser("DELETE FROM catalog.accounts WHERE name = 'gone'")
	w.asSuperuser("UPDATE catalog.accounts SET epoch = 5, change = 3")
	w.asSuperuser("UPDATE catalog.change_counter SET last = 3")
	until(t, "the old epoch is followed", func() bool { got, err := d.Account(a.ID); return err == nil && got.Epoch == 5 })
	_, err := d.Account(gone.ID)
	wantKind(t, err, fault.NotFound)
}

func TestStartSaysWhatIsWrongWithTheCatalog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := func(config pg.Config, keys bool) error {
		pool, err := pg.Open(t.Context(), config)
		must(t, err)
		defer pool.Close()
		d := tenant.NewDirectory(tenant.DirectoryConfig{Pool: pool, Keys: keys})
		defer d.Stop()
		return d.Start(t.Context())
	}
	wantKind(t, start(pg.Config{URL: "postgres://x@127.0.0.1:1/none?sslmode=disable&connect_timeout=1", Role: pg.API}, true), fault.Unavailable)
	if err := start(pg.Config{URL: w.db.URL, Role: pg.Projector}, true); pg.Code(err) != "42501" {
		t.Errorf("a role without rights on keys starts: %v", err)
	}
	must(t, start(pg.Config{URL: w.db.URL, Role: pg.Projector}, false))
	w.asSuperuser("DROP SCHEMA catalog CASCADE")
	err := start(pg.Config{URL: w.db.URL, Role: pg.API}, true)
	wantKind(t, err, fault.Unavailable)
	if pg.Code(err) == "" {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestStopEndsEverything(t *testing.T) {
	w := newWorld(t) // not parallel: it counts goroutines
	pool := w.db.Pool(t, pg.API)
	must(t, pool.Ping(t.Context()))
	before := goleak.IgnoreCurrent()
	for range 20 {
		d := tenant.NewDirectory(tenant.DirectoryConfig{Pool: pool, Keys: true})
		must(t, d.Start(t.Context()))
		var both sync.WaitGroup
		for range 2 {
			both.Go(d.Stop)
		}
		both.Wait()
		_, err := d.Authenticate(t.Context(), "polder_aaaaaaaaaaaaaaaa_"+string(make52('a')))
		wantKind(t, err, fault.Unavailable)
	}
	tenant.NewDirectory(tenant.DirectoryConfig{Pool: pool}).Stop() // never started
	pool.Close()
	goleak.VerifyNone(t, before)
}

func make52(c byte) []byte {
	text := make([]byte, 52)
	for i := range text {
		text[i] = c
	}
	return text
}

// With the catalog away, what is known is served; what is not known is not denied but Unavailable.
func TestADirectoryOutlivesTheCatalog(t *testing.T) {
	t.Parallel()
	config := pgserver.Config{Dir: pgtest.ServerDir(t), Settings: map[string]string{"fsync": "off"}}
	server, err := pgserver.Start(t.Context(), config)
	must(t, err)
	db, err := pgtest.Migrate(t.Context(), server, "polder")
	must(t, err)
	w := &world{t: t, db: db, catalog: tenant.NewCatalog(db.Pool(t, pg.Admin))}
	must(t, w.catalog.AddStore(t.Context(), "main", "postgres://127.0.0.1:5432/main"))
	w.release = w.publish("1")
	a := w.account("acme")
	_, token := w.key(a.ID, "*")
	d := w.directory(tenant.DirectoryConfig{Keys: true, Poll: 50 * time.Millisecond})

	must(t, server.Kill())
	if p, err := d.Authenticate(t.Context(), token); err != nil || p.Account.ID != a.ID {
		t.Errorf("known key with the catalog away: %+v, %v", p, err)
	}
	_, err = d.Authenticate(t.Context(), "polder_aaaaaaaaaaaaaaaa_"+string(make52('a')))
	wantKind(t, err, fault.Unavailable)

	config.Port = server.Port
	_, err = pgserver.Start(t.Context(), config)
	must(t, err)
	until(t, "the catalog can be changed", func() bool { return w.catalog.SetState(t.Context(), a.ID, tenant.Suspended) == nil })
	until(t, "the change is followed", func() bool { got, _ := d.Account(a.ID); return got.State == tenant.Suspended })
}
