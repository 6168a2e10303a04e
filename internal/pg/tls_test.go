package pg_test

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/certificate"
)

// newTLSServer starts a PostgreSQL that offers TLS, and returns a migrated database on it and
// the file with the server's certificate.
func newTLSServer(t *testing.T) (*pgtest.Database, string) {
	t.Helper()
	server, err := pgserver.Start(t.Context(), pgserver.Config{Dir: pgtest.ServerDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	cert, key := filepath.Join(server.Dir(), "server.crt"), filepath.Join(server.Dir(), "server.key")
	certificate.Issue(t, cert, key, 1)
	owner, err := os.Stat(server.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{cert, key} { // PostgreSQL takes a key that is its own user's only
		if err := os.Chown(file, int(owner.Sys().(*syscall.Stat_t).Uid), -1); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := pgx.Connect(t.Context(), server.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, sql := range []string{"ALTER SYSTEM SET ssl = on", "SELECT pg_catalog.pg_reload_conf()"} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	database, err := pgtest.Migrate(t.Context(), server, "tls")
	if err != nil {
		t.Fatal(err)
	}
	return database, cert
}

// over is the database's URL with the way in which TLS is asked for.
func over(t *testing.T, database *pgtest.Database, parameters ...string) string {
	t.Helper()
	location, err := url.Parse(database.URL)
	if err != nil {
		t.Fatal(err)
	}
	location.RawQuery = strings.Join(parameters, "&")
	return location.String()
}

// encrypted reports whether the connection that the URL gives is.
func encrypted(t *testing.T, location string) (bool, error) {
	t.Helper()
	conn, err := pg.Connect(t.Context(), pg.Config{URL: location, Role: pg.API, Name: "test"})
	if err != nil {
		return false, err
	}
	defer conn.Close(t.Context())
	_, yes := conn.PgConn().Conn().(*tls.Conn)
	return yes, conn.Ping(t.Context())
}

func TestAURLThatAsksForTLSGetsItOrNoConnection(t *testing.T) {
	t.Parallel()
	database, root := newTLSServer(t)
	stranger := filepath.Join(t.TempDir(), "other.crt")
	certificate.Issue(t, stranger, filepath.Join(t.TempDir(), "other.key"), 2)

	for _, parameters := range [][]string{{"sslmode=require"}, {"sslmode=verify-full", "sslrootcert=" + url.PathEscape(root)}} {
		if yes, err := encrypted(t, over(t, database, parameters...)); err != nil || !yes {
			t.Errorf("%v: encrypted = %v, error %v", parameters, yes, err)
		}
	}
	for why, parameters := range map[string][]string{
		"a root that did not sign the certificate": {"sslmode=verify-full", "sslrootcert=" + url.PathEscape(stranger)},
		"no root at all": {"sslmode=verify-full"},
	} {
		if yes, err := encrypted(t, over(t, database, parameters...)); err == nil {
			t.Errorf("%s: connected, encrypted = %v", why, yes)
		}
	}
	other := strings.Replace(over(t, database, "sslmode=verify-full", fmt.Sprint("sslrootcert=", url.PathEscape(root))), "127.0.0.1", "127.0.0.2", 1)
	if _, err := encrypted(t, other); err == nil {
		t.Error("a host that the certificate does not name is taken")
	}
}
