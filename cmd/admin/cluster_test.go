package main

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/admin/doctor"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
)

// TestANewInstallation goes the way that docs/admin.md tells, on a server that knows no
// role of Polder, with the rights that the document gives to the logins.
func TestANewInstallation(t *testing.T) {
	server, err := pgserver.Start(t.Context(), pgserver.Config{Dir: pgtest.ServerDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	super(t, server, "postgres", "CREATE DATABASE polder TEMPLATE template0")
	w := worldOf(t, &pgtest.Database{
		Name: "polder", OwnerURL: server.URL("polder"), URL: server.LoginURL("polder_admin_login", "polder"),
	})
	w.fails(4, []string{"refuses the login"}, "migrate", "status")
	w.env["POLDER_MIGRATE_LOGIN"] = pgserver.Superuser
	w.expect(w.ok("migrate", "up"),
		"DATABASE  PLACE  SCHEMA  VERSION  LATEST  STATE",
		"catalog  HOST:PORT/DATABASE  catalog  5  5  current")
	delete(w.env, "POLDER_MIGRATE_LOGIN")
	super(t, server, "polder", loginsOfTheDocument(t))
	w.ok("store", "add", "main", w.location)
	w.ok("model", "publish")
	w.ok("account", "create", "northwind", "--store", "main")
	w.ok("key", "create", "northwind", "web-shop", "--roles", "sales")
	for _, f := range decode[[]doctor.Finding](w, "doctor") {
		if f.Level != doctor.OK && f.Check != "memberships" { // the document leaves api and projector to their own
			t.Errorf("%s: %s: %s %s (mend: %s)", f.Subject, f.Check, f.Level, f.Message, f.Mend)
		}
	}
}

func super(t *testing.T, server *pgserver.Server, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL(database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// loginsOfTheDocument is the SQL that docs/admin.md gives for the operators' login.
func loginsOfTheDocument(t *testing.T) string {
	t.Helper()
	_, after, _ := strings.Cut(read(t, document), "```sql\n")
	sql, _, found := strings.Cut(after, "```")
	if !found || !strings.Contains(sql, "polder_admin_login") {
		t.Fatal("the document has no SQL for the login")
	}
	return sql
}
