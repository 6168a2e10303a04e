package pgtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/migrations"
)

// Login is a database login that may take any of Polder's roles and has no rights of its own.
const Login = "polder_test_login"

// Database is a migrated database that holds both a catalog and a store.
type Database struct {
	URL      string // as Login
	OwnerURL string // as superuser, for what only a test's set-up may do
	Name     string
}

var shared = sync.OnceValues(func() (*Database, error) { return clone(context.Background()) })

// Shared returns the database of this test binary.
func Shared(t testing.TB) *Database {
	t.Helper()
	db, err := shared()
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	return db
}

// New returns a database for this test alone; it is dropped when the test ends.
func New(t testing.TB) *Database {
	t.Helper()
	db, err := clone(t.Context())
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	t.Cleanup(func() { dropDatabase(context.Background(), db.OwnerURL, db.Name) })
	return db
}

// Pool opens a pool in the role; it is closed when the test ends.
func (d *Database) Pool(t testing.TB, role pg.Role) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(context.Background(), pg.Config{URL: d.URL, Role: role, MaxConnections: 8, Name: "test-" + string(role)})
	if err != nil {
		t.Fatalf("open %s: %v", role, err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// Migrate creates Login on the server and a migrated catalog and store in its database.
// It is exported for tests that run a server of their own.
func Migrate(ctx context.Context, server *pgserver.Server, database string) (*Database, error) {
	admin, err := pgx.Connect(ctx, server.URL("postgres"))
	if err != nil {
		return nil, err
	}
	defer admin.Close(context.WithoutCancel(ctx))
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+database+" TEMPLATE template0"); err != nil {
		return nil, err
	}
	ownerURL := server.URL(database)
	for _, schema := range []migrations.Schema{migrations.Catalog, migrations.Store} {
		if err := migrations.Up(ctx, ownerURL, schema); err != nil {
			return nil, err
		}
	}
	if err := createLogin(ctx, admin); err != nil {
		return nil, err
	}
	return &Database{URL: server.LoginURL(Login, database), OwnerURL: ownerURL, Name: database}, nil
}

func createLogin(ctx context.Context, admin *pgx.Conn) error {
	var exists bool
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", Login).Scan(&exists); err != nil || exists {
		return err
	}
	_, err := admin.Exec(ctx, "CREATE ROLE "+Login+" LOGIN NOINHERIT IN ROLE polder_owner, polder_appender, polder_api, "+
		"polder_projector, polder_builder, polder_watcher, polder_admin")
	return err
}

var clones atomic.Int64

// clone makes a database from the template under a lock that all test binaries share.
func clone(ctx context.Context) (*Database, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	unlock, err := lock(filepath.Join(root, ".polder", "test.lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	server, err := startServer(ctx, root)
	if err != nil {
		return nil, err
	}
	template, err := ensureTemplate(ctx, server)
	if err != nil {
		return nil, err
	}
	dropAbandoned(ctx, server)
	name := fmt.Sprintf("polder_test_%d_%d", os.Getpid(), clones.Add(1))
	if err := execute(ctx, server.URL("postgres"), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		return nil, err
	}
	// Rights on a database are the one thing that its template does not pass on.
	if err := execute(ctx, server.URL("postgres"), "GRANT CREATE, CONNECT ON DATABASE "+name+" TO polder_owner"); err != nil {
		return nil, err
	}
	return &Database{URL: server.LoginURL(Login, name), OwnerURL: server.URL(name), Name: name}, nil
}

// ensureTemplate returns the migrated template database, whose name follows from the
// migrations' content.
func ensureTemplate(ctx context.Context, server *pgserver.Server) (string, error) {
	digest, err := migrationsDigest()
	if err != nil {
		return "", err
	}
	name := "polder_template_" + digest
	var exists bool
	conn, err := pgx.Connect(ctx, server.URL("postgres"))
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	// Migrated under another name and renamed: a template that exists is complete.
	_, _ = conn.Exec(ctx, "DROP DATABASE IF EXISTS polder_template_new WITH (FORCE)")
	if _, err := Migrate(ctx, server, "polder_template_new"); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE polder_template_new RENAME TO "+name)
	return name, err
}

func migrationsDigest() (string, error) {
	sum := sha256.New()
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	for _, pattern := range []string{"*.sql", "*/*.sql"} {
		paths, _ := filepath.Glob(filepath.Join(root, "migrations", pattern))
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				return "", err
			}
			sum.Write(text)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:6]), nil
}

// dropAbandoned drops the databases of test binaries that have ended.
func dropAbandoned(ctx context.Context, server *pgserver.Server) {
	conn, err := pgx.Connect(ctx, server.URL("postgres"))
	if err != nil {
		return
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, _ := conn.Query(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'polder\_test\_%'`)
	names, _ := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		pid, _, _ := strings.Cut(strings.TrimPrefix(name, "polder_test_"), "_")
		if n, err := strconv.Atoi(pid); err == nil && syscall.Kill(n, 0) == syscall.ESRCH {
			_, _ = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		}
	}
}

func dropDatabase(ctx context.Context, url, name string) {
	_ = execute(ctx, strings.Replace(url, "/"+name+"?", "/postgres?", 1), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

func lock(path string) (func(), error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return func() { _ = file.Close() }, nil
}

// moduleRoot is the folder with go.mod, above the package under test.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir != "/" {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		dir = filepath.Dir(dir)
	}
	return "", fmt.Errorf("no go.mod above the working directory")
}
