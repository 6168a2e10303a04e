package migrations_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
)

var both = []migrations.Schema{migrations.Catalog, migrations.Store}

// cluster is a server on which nothing of Polder is known yet.
func cluster(t *testing.T) *pgserver.Server {
	t.Helper()
	server, err := pgserver.Start(t.Context(), pgserver.Config{Dir: pgtest.ServerDir(t), Settings: map[string]string{"fsync": "off"}})
	must(t, err)
	return server
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	must(t, err)
	defer conn.Close(context.Background())
	for _, sql := range statements {
		_, err := conn.Exec(t.Context(), sql)
		must(t, err)
	}
}

func wantStatus(t *testing.T, url string, schema migrations.Schema, applied bool) {
	t.Helper()
	status, err := migrations.ReadStatus(url, schema)
	must(t, err)
	if status.Schema != schema || status.Dirty || status.Latest == 0 || (status.Version == status.Latest) != applied || (status.Version == 0) == applied {
		t.Errorf("status = %+v, want it applied: %v", status, applied)
	}
}

// Several processes start on a new cluster at once, on one database and on several.
func TestMigratingAtOnceAndTwice(t *testing.T) {
	t.Parallel()
	server := cluster(t)
	databases := []string{"one", "two", "three"}
	for _, name := range databases {
		execute(t, server.URL("postgres"), "CREATE DATABASE "+name)
		wantStatus(t, server.URL(name), migrations.Catalog, false)
	}
	var processes sync.WaitGroup
	for _, name := range databases {
		for _, schema := range both {
			for range 3 {
				processes.Go(func() {
					if err := migrations.Up(t.Context(), server.URL(name), schema); err != nil {
						t.Errorf("%s of %s: %v", schema, name, err)
					}
				})
			}
		}
	}
	processes.Wait()
	for _, name := range databases {
		for _, schema := range both {
			wantStatus(t, server.URL(name), schema, true)
			must(t, migrations.Up(t.Context(), server.URL(name), schema))
			wantStatus(t, server.URL(name), schema, true)
		}
	}
	var partitions, counters int
	conn, err := pgx.Connect(t.Context(), server.URL("two"))
	must(t, err)
	defer conn.Close(context.Background())
	must(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_inherits WHERE inhparent = 'store.events'::regclass").Scan(&partitions))
	must(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM catalog.change_counter").Scan(&counters))
	if partitions != 16 || counters != 1 {
		t.Errorf("%d partitions, %d counters", partitions, counters)
	}
}

func TestStatusChangesNothing(t *testing.T) {
	t.Parallel()
	server := cluster(t)
	wantStatus(t, server.URL("postgres"), migrations.Store, false)
	conn, err := pgx.Connect(t.Context(), server.URL("postgres"))
	must(t, err)
	defer conn.Close(context.Background())
	var left int
	must(t, conn.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'polder\_%')
		+ (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'polder%')`).Scan(&left))
	if left != 0 {
		t.Errorf("status left %d roles and schemas", left)
	}
}

func TestAMigrationThatFailedHalfWayIsReportedAndNotRepeated(t *testing.T) {
	t.Parallel()
	server := cluster(t)
	url := server.URL("postgres")
	must(t, migrations.Up(t.Context(), url, migrations.Catalog))
	execute(t, url, "UPDATE polder_migrations.catalog SET dirty = true")
	status, err := migrations.ReadStatus(url, migrations.Catalog)
	must(t, err)
	if !status.Dirty || status.Version != status.Latest {
		t.Errorf("status = %+v, want the latest version, dirty", status)
	}
	if err := migrations.Up(t.Context(), url, migrations.Catalog); err == nil || !strings.Contains(err.Error(), "polder_migrations.catalog") {
		t.Errorf("up on a dirty catalog: %v", err)
	}
	// The other schema in the same database is its own affair.
	must(t, migrations.Up(t.Context(), url, migrations.Store))
}

// A login without any right of its own migrates where a superuser has prepared the ground, and
// is told exactly what is missing where nobody has.
func TestALoginIsToldWhatItLacks(t *testing.T) {
	t.Parallel()
	server := cluster(t)
	super := server.URL("polder")
	execute(t, server.URL("postgres"), "CREATE ROLE migrator LOGIN", "CREATE DATABASE polder")
	steps := []struct{ missing, mend string }{
		{"the role polder_owner is missing", "CREATE ROLE polder_owner NOLOGIN NOINHERIT"},
		{"the role polder_appender is missing", "CREATE ROLE polder_appender NOLOGIN NOINHERIT"},
		{"the role polder_api is missing", "CREATE ROLE polder_api NOLOGIN NOINHERIT"},
		{"the role polder_projector is missing", "CREATE ROLE polder_projector NOLOGIN NOINHERIT"},
		{"the role polder_builder is missing", "CREATE ROLE polder_builder NOLOGIN NOINHERIT"},
		{"the role polder_watcher is missing", "CREATE ROLE polder_watcher NOLOGIN NOINHERIT"},
		{"the role polder_admin is missing", "CREATE ROLE polder_admin NOLOGIN NOINHERIT"},
		{"polder_builder lacks BYPASSRLS", "ALTER ROLE polder_builder BYPASSRLS"},
		{"no member of polder_owner", "GRANT polder_owner TO migrator"},
		{"polder_owner may not create schemas", "GRANT CREATE, CONNECT ON DATABASE polder TO polder_owner"},
	}
	login := server.LoginURL("migrator", "polder")
	for _, step := range steps {
		err := migrations.Up(t.Context(), login, migrations.Store)
		if pg.Code(err) != pgerrcode.InsufficientPrivilege || !strings.Contains(err.Error(), step.missing) {
			t.Fatalf("error = %v, want %q", err, step.missing)
		}
		if hint := hintOf(err); !strings.Contains(hint, step.mend) {
			t.Errorf("hint = %q, want %q", hint, step.mend)
		}
		execute(t, super, step.mend)
	}
	for _, schema := range both {
		must(t, migrations.Up(t.Context(), login, schema))
		wantStatus(t, login, schema, true)
	}
	// What is in place is not asked for again.
	execute(t, super, "REVOKE CREATE ON DATABASE polder FROM polder_owner")
	must(t, migrations.Up(t.Context(), login, migrations.Store))
}

func hintOf(err error) string {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		return pgErr.Hint
	}
	return ""
}
