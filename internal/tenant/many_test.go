package tenant_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

const manyAccounts = 10_500

// An idle account costs nothing of its own, and neither does a busy one beyond its bucket.
func TestManyAccountsCostNoGoroutinesOrConnections(t *testing.T) {
	w := newWorld(t) // not parallel: it counts goroutines
	w.asSuperuser(`INSERT INTO catalog.accounts (account_id, name, store_id, release, change)
		SELECT gen_random_uuid(), 'account-' || n, 'main', $1, 100 FROM generate_series(1, $2::int) n`, w.release, manyAccounts)
	w.asSuperuser(`INSERT INTO catalog.api_keys (key_id, account_id, name, secret_hash, roles, change)
		SELECT 'key' || name, account_id, 'k', sha256(name::bytea), '{*}', 100 FROM catalog.accounts`)
	w.asSuperuser("UPDATE catalog.change_counter SET last = 100")
	pool := w.db.Pool(t, pg.API)
	must(t, pool.Ping(t.Context()))

	took := time.Hour // the fastest of three: other tests share the machine
	for range 3 {
		begun := time.Now()
		d := tenant.NewDirectory(tenant.DirectoryConfig{Pool: pool, Keys: true})
		must(t, d.Start(t.Context()))
		took = min(took, time.Since(begun))
		d.Stop()
	}
	goroutines := runtime.NumGoroutine()
	d := w.directory(tenant.DirectoryConfig{Pool: pool, Keys: true})
	t.Logf("%d accounts and keys loaded in %v", manyAccounts, took)
	if took > 5*time.Second { // of start to serving; under the race detector, beside other tests
		t.Errorf("loading took %v, want less than 5s", took)
	}
	accounts := d.Accounts()
	if len(accounts) != manyAccounts {
		t.Fatalf("%d accounts, want %d", len(accounts), manyAccounts)
	}
	pools := tenant.NewPools(d, tenant.PoolsConfig{Login: "nobody"})
	defer pools.Close()
	budgets := tenant.NewBudgets(tenant.BudgetsConfig{})
	for _, a := range accounts {
		must(t, budgets.Take(a))
		_, err := pools.Pool(t.Context(), a.StoreID, pg.API)
		must(t, err)
	}
	// Two of the directory, a few of pgx's pools and connections, none per account.
	if now := runtime.NumGoroutine(); now > goroutines+12 {
		t.Errorf("%d goroutines, %d before", now, goroutines)
	}
	const mine = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test-polder_api'"
	if connections := scan[int](t, w, mine); connections > 3 {
		t.Errorf("%d connections", connections)
	}
	_, err := d.Authenticate(t.Context(), "polder_aaaaaaaaaaaaaaaa_"+string(make52('a')))
	wantKind(t, err, fault.Unauthorized)
}
