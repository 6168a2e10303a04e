package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

// newDatabase is a catalog that names itself as the store main.
func newDatabase(t *testing.T) *pgtest.Database {
	t.Helper()
	db := pgtest.New(t)
	location, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	location.User = nil
	if err := tenant.NewCatalog(db.Pool(t, pg.Admin)).As("test").AddStore(t.Context(), "main", location.String()); err != nil {
		t.Fatal(err)
	}
	return db
}

func execute(t *testing.T, db *pgtest.Database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// serve runs an api that takes itself for one with the windows until it is ready, and returns the error
// with which it ended.
func serve(t *testing.T, db *pgtest.Database, windows migrations.Windows) error {
	t.Helper()
	config, err := FromEnvironment(func(name string) string {
		return map[string]string{"POLDER_CATALOG_URL": db.URL, "POLDER_LISTEN": "127.0.0.1:0", "POLDER_LOG_LEVEL": "error"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	config.Windows = windows
	config.Serving = func(addr net.Addr) {
		defer stop()
		response, err := http.Get("http://" + addr.String() + "/readyz")
		if err != nil {
			t.Error(err)
			return
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("ready: %s", response.Status)
		}
	}
	return Run(ctx, config)
}

func TestItServesInsideItsWindowAndRefusesToStartOutside(t *testing.T) {
	t.Parallel()
	of := migrations.Windows{}.Of
	n := of(migrations.Store).Built
	store := func(built, oldest uint) migrations.Windows {
		return migrations.WindowsOf(of(migrations.Catalog), migrations.Window{Schema: migrations.Store, Built: built, Oldest: oldest})
	}
	db := newDatabase(t)
	execute(t, db, fmt.Sprintf("UPDATE store.schema_compatibility SET compatible_down_to = %d", n-1))
	for name, windows := range map[string]migrations.Windows{"this one": {}, "the one before": store(n-1, n-1), "the one after": store(n+1, n)} {
		if err := serve(t, db, windows); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for says, windows := range map[string]migrations.Windows{
		"store main: the schema store is at version":    store(n-2, n-2),
		"run admin migrate up of this binary's release": store(n+1, n+1),
		"the schema catalog is at version": migrations.WindowsOf(
			migrations.Window{Schema: migrations.Catalog, Built: 1, Oldest: 1}, of(migrations.Store)),
	} {
		if err := serve(t, db, windows); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error = %v, want it to say %q", err, says)
		}
	}
}
