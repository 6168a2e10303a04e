package migrations_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
)

// newest is the version of the schema that this binary brings.
func newest(schema migrations.Schema) uint { return migrations.Windows{}.Of(schema).Built }

// release are the files of this binary and the given migrations of the store after them.
func release(t *testing.T, further ...string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	must(t, fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".up.sql") {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	}))
	for i, sql := range further {
		path := fmt.Sprintf("store/%06d_later.up.sql", newest(migrations.Store)+uint(i)+1)
		files[path] = &fstest.MapFile{Data: []byte(sql)}
	}
	return files
}

const contract = "UPDATE store.schema_compatibility SET compatible_down_to = %d"

func TestEveryRoleIsToldTheVersion(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	roles := map[migrations.Schema][]pg.Role{
		migrations.Catalog: {pg.API, pg.Projector, pg.Admin, pg.Owner},
		migrations.Store:   {pg.API, pg.Appender, pg.Projector, pg.Builder, pg.Watcher, pg.Admin, pg.Owner},
	}
	for schema, of := range roles {
		for _, role := range of {
			must(t, accept(t, db, role, migrations.Windows{}.Of(schema)))
		}
	}
}

// accept opens a connection in the role as a binary with the window does.
func accept(t *testing.T, db *pgtest.Database, role pg.Role, w migrations.Window) error {
	t.Helper()
	pool, err := pg.Open(t.Context(), pg.Config{URL: db.URL, Role: role, MaxConnections: 1, Name: "test", Accept: w.Accept})
	must(t, err)
	defer pool.Close()
	return pool.Ping(t.Context())
}

// The database is at version n and takes binaries from n-1 on.
func TestBinariesAreAcceptedInsideTheirWindow(t *testing.T) {
	t.Parallel()
	db, n := pgtest.New(t), newest(migrations.Store)
	execute(t, db.OwnerURL, fmt.Sprintf(contract, n-1))
	for _, test := range []struct {
		built, oldest uint
		refused       []string
	}{
		{built: n, oldest: n},
		{built: n - 1, oldest: n - 2}, // the release before runs on
		{built: n + 1, oldest: n},     // the release after may come before its migrations
		{built: n - 2, oldest: n - 2, refused: []string{fmt.Sprintf("at version %d", n), fmt.Sprintf("brings version %d to %d", n-1, n)}},
		{built: n + 1, oldest: n + 1, refused: []string{fmt.Sprintf("at version %d", n), fmt.Sprintf("needs version %d", n+1), "admin migrate up"}},
	} {
		err := accept(t, db, pg.API, migrations.Window{Schema: migrations.Store, Built: test.built, Oldest: test.oldest})
		var outside *migrations.OutsideError
		if errors.As(err, &outside) != (test.refused != nil) || (err != nil && outside == nil) {
			t.Errorf("a binary of version %d that needs %d: %v, want it refused: %v", test.built, test.oldest, err, test.refused)
		}
		for _, says := range test.refused {
			if outside != nil && !strings.Contains(outside.Error(), says) {
				t.Errorf("the refusal %q does not say %q", outside, says)
			}
		}
	}
}

// A schema from before versions were told, and one that is half-way, count as older.
func TestWhatIsNotMigratedIsRefused(t *testing.T) {
	t.Parallel()
	window := migrations.Windows{}.Of(migrations.Store)
	window.Oldest = window.Built
	for name, sql := range map[string]string{
		"no schema":  "DROP SCHEMA store CASCADE",
		"no version": "DROP VIEW store.schema_version",
		"no row":     "DELETE FROM polder_migrations.store",
		"half-way":   "UPDATE polder_migrations.store SET dirty = true",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			execute(t, db.OwnerURL, sql)
			var outside *migrations.OutsideError
			if err := accept(t, db, pg.Owner, window); !errors.As(err, &outside) || outside.Version >= window.Built {
				t.Errorf("error = %v, want it to say that the store is older", err)
			}
		})
	}
}

// Stores that are away do not stop a process, one that it cannot work on does.
func TestStoresAreAcceptedAtTheStart(t *testing.T) {
	t.Parallel()
	good, bad := pgtest.New(t), pgtest.New(t)
	execute(t, bad.OwnerURL, fmt.Sprintf(contract, newest(migrations.Store)+1))
	urls := map[string]string{"good": good.URL, "bad": bad.URL, "away": "postgres://x@127.0.0.1:1/x"}
	pool := func(_ context.Context, id string) (*pgxpool.Pool, error) {
		pool, err := pg.Open(context.Background(), pg.Config{URL: urls[id], Role: pg.Watcher, Accept: migrations.Windows{}.Of(migrations.Store).Accept})
		if err == nil {
			t.Cleanup(pool.Close)
		}
		return pool, err
	}
	must(t, migrations.AcceptStores(t.Context(), []string{"good", "away"}, pool))
	var outside *migrations.OutsideError
	if err := migrations.AcceptStores(t.Context(), []string{"good", "away", "bad"}, pool); !errors.As(err, &outside) || !strings.Contains(err.Error(), "store bad") {
		t.Errorf("error = %v, want the store that is refused", err)
	}
}

// Migrating with an older binary leaves a newer database as it is, and says so when the binary is too old for it.
func TestANewerDatabaseIsNotMigratedBack(t *testing.T) {
	t.Parallel()
	db, n := pgtest.New(t), newest(migrations.Store)
	must(t, migrations.Config{Files: release(t, "CREATE TABLE store.later ()")}.Up(t.Context(), db.OwnerURL, migrations.Store))
	must(t, migrations.Up(t.Context(), db.OwnerURL, migrations.Store))
	status, err := migrations.ReadStatus(db.OwnerURL, migrations.Store)
	must(t, err)
	if status.Version != n+1 || status.Latest != n || status.Dirty {
		t.Errorf("status = %+v, want version %d", status, n+1)
	}
	execute(t, db.OwnerURL, fmt.Sprintf(contract, n+1))
	var outside *migrations.OutsideError
	if err := migrations.Up(t.Context(), db.OwnerURL, migrations.Store); !errors.As(err, &outside) {
		t.Errorf("error = %v, want a refusal", err)
	}
}
