package tenant_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
)

// twoStores is a catalog with two real stores, east and west.
func twoStores(t *testing.T) (*world, *tenant.Directory, *tenant.Pools, <-chan tenant.Account) {
	t.Helper()
	w := newWorld(t)
	for id, db := range map[string]*pgtest.Database{"east": pgtest.New(t), "west": pgtest.New(t)} {
		must(t, w.catalog.AddStore(t.Context(), id, location(t, db)))
	}
	do, changed := watch()
	d := w.directory(tenant.DirectoryConfig{Poll: never}, do)
	pools := tenant.NewPools(d, tenant.PoolsConfig{Login: pgtest.Login, Password: "not asked for", Name: "pools-test",
		Max: map[pg.Role]int32{pg.API: 3}})
	t.Cleanup(pools.Close)
	return w, d, pools, changed
}

func location(t *testing.T, db *pgtest.Database) string {
	t.Helper()
	parsed, err := url.Parse(db.URL)
	must(t, err)
	parsed.User = nil
	return parsed.String()
}

func (w *world) accountOn(storeID, name string) tenant.Account {
	w.t.Helper()
	a, err := w.catalog.CreateAccount(w.t.Context(), tenant.NewAccount{Name: name, StoreID: storeID, Release: w.release})
	must(w.t, err)
	return a
}

func headOf(ctx context.Context, pool *pgxpool.Pool, bound, account uuid.UUID) (epoch int64, err error) {
	err = pg.InAccount(ctx, pool, bound, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT epoch FROM store.account_heads WHERE account_id = $1", account).Scan(&epoch)
	})
	return epoch, err
}

// Ann's company is in the east, Bob's in the west: each is found on its own store, under its
// own name, and nowhere else.
func TestAccountsAreRoutedToTheirStores(t *testing.T) {
	t.Parallel()
	w, d, pools, changed := twoStores(t)
	ann, bob := w.accountOn("east", "ann"), w.accountOn("west", "bob")
	for range 2 {
		next(t, changed)
	}
	routed := func(account tenant.Account, role pg.Role) *pgxpool.Pool {
		current, err := d.Account(account.ID)
		must(t, err)
		pool, err := pools.Pool(t.Context(), current.StoreID, role)
		must(t, err)
		return pool
	}
	for _, a := range []tenant.Account{ann, bob} {
		_, err := routed(a, pg.Admin).Exec(t.Context(), "INSERT INTO store.account_heads (account_id, epoch) VALUES ($1, $2)", a.ID, a.Epoch)
		must(t, err)
	}
	for _, story := range []struct {
		pool           *pgxpool.Pool
		bound, account uuid.UUID
		found          bool
	}{
		{routed(ann, pg.API), ann.ID, ann.ID, true},
		{routed(bob, pg.API), bob.ID, bob.ID, true},
		{routed(ann, pg.API), bob.ID, bob.ID, false}, // the other store
		{routed(bob, pg.API), bob.ID, ann.ID, false}, // the other account
		{routed(ann, pg.API), bob.ID, ann.ID, false}, // bound to the wrong account on the right store
	} {
		if _, err := headOf(t.Context(), story.pool, story.bound, story.account); (err == nil) != story.found {
			t.Errorf("bound to %s, asked for %s: %v", story.bound, story.account, err)
		}
	}

	// Ann moves west: the route and its epoch reach every process that follows.
	epoch, err := ann.Epoch+1, w.catalog.Route(t.Context(), ann.ID, "west", ann.Epoch+1)
	must(t, err)
	_, err = mustPool(t, pools, "west", pg.Admin).Exec(t.Context(), "INSERT INTO store.account_heads (account_id, epoch) VALUES ($1, $2)", ann.ID, epoch)
	must(t, err)
	if moved := next(t, changed); moved.Epoch != ann.Epoch+1 || moved.StoreID != "west" {
		t.Fatalf("moved to %+v", moved)
	}
	if stored, err := headOf(t.Context(), routed(ann, pg.API), ann.ID, ann.ID); err != nil || stored != epoch {
		t.Errorf("after the move: epoch %d, %v; want %d", stored, err, epoch)
	}
	_, err = pools.Pool(t.Context(), "north", pg.API)
	wantKind(t, err, fault.NotFound)
}

func mustPool(t *testing.T, pools *tenant.Pools, store string, role pg.Role) *pgxpool.Pool {
	t.Helper()
	pool, err := pools.Pool(t.Context(), store, role)
	must(t, err)
	return pool
}

// Connections are capped per store and role, whatever asks for them.
func TestConnectionsAreCappedPerStoreAndRole(t *testing.T) {
	t.Parallel()
	_, _, pools, _ := twoStores(t)
	for _, store := range []string{"east", "west"} {
		if first, again := mustPool(t, pools, store, pg.API), mustPool(t, pools, store, pg.API); first != again {
			t.Fatal("a second pool for one role on one store")
		}
		for range 3 {
			conn, err := mustPool(t, pools, store, pg.API).Acquire(t.Context())
			must(t, err)
			defer conn.Release()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if conn, err := mustPool(t, pools, store, pg.API).Acquire(ctx); err == nil {
			conn.Release()
			t.Errorf("%s: a fourth connection", store)
		}
		cancel()
		var role string
		must(t, mustPool(t, pools, store, pg.Watcher).QueryRow(t.Context(), "SELECT current_user").Scan(&role))
		if role != string(pg.Watcher) {
			t.Errorf("role = %s", role)
		}
	}
	open := map[string]int32{}
	pools.Each(func(store string, role pg.Role, pool *pgxpool.Pool) {
		open[fmt.Sprint(store, " ", role)] = pool.Stat().TotalConns()
	})
	if want := map[string]int32{"east polder_api": 3, "east polder_watcher": 1, "west polder_api": 3, "west polder_watcher": 1}; fmt.Sprint(open) != fmt.Sprint(want) {
		t.Errorf("connections = %v, want %v", open, want)
	}
}

func TestClosedPoolsOpenNoMore(t *testing.T) {
	t.Parallel()
	_, _, pools, _ := twoStores(t)
	pool := mustPool(t, pools, "east", pg.API)
	must(t, pool.Ping(t.Context()))
	pools.Close()
	pools.Close()
	_, err := pools.Pool(t.Context(), "east", pg.API)
	wantKind(t, err, fault.Unavailable)
	if err := pool.Ping(t.Context()); err == nil {
		t.Error("a pool is still open")
	}
}
