package doctor_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/admin/doctor"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

// A server of its own: the shared test server does without fsync, and several of these
// tests change roles, which belong to the whole server. So they do not run in parallel.
var server = sync.OnceValues(func() (*pgserver.Server, error) {
	return pgserver.Start(context.Background(), pgserver.Config{Dir: serverDir})
})

var serverDir string

func TestMain(m *testing.M) {
	os.Exit(runWithServer(m))
}

func runWithServer(m *testing.M) int {
	dir, err := os.MkdirTemp("/tmp", "polder-doctor-*")
	if err != nil {
		panic(err)
	}
	serverDir = dir + "/pg"
	_ = os.Chmod(dir, 0o755)
	defer os.RemoveAll(dir)
	code := m.Run()
	if err := pgserver.RemoveDir(context.Background(), serverDir); err != nil {
		panic(err)
	}
	return code
}

var databases atomic.Int64

// patient is a database with one account in the best of health.
type patient struct {
	doctor.Database
	owner *pgx.Conn // as superuser
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	db, err := pgtest.Migrate(t.Context(), s, fmt.Sprintf("patient_%d", databases.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	owner, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(context.Background()) })
	account := tenant.Account{ID: uuid.New(), Name: "northwind", StoreID: "main", Epoch: 1, State: tenant.Active}
	p := &patient{owner: owner, Database: doctor.Database{
		Subject: "store main", URL: db.URL, Place: db.Name, Schema: migrations.Store, Now: time.Now,
		Accounts: []tenant.Account{account}, Tables: map[string]string{"orders_1a2b3c4d5e6f": "2026.11.1"},
	}}
	p.run(t, `INSERT INTO store.account_heads (account_id, epoch) VALUES ('ACCOUNT', 1);
		INSERT INTO store.live_cursors (account_id) VALUES ('ACCOUNT');
		CREATE TABLE read_models.orders_1a2b3c4d5e6f (account_id uuid, key uuid, PRIMARY KEY (account_id, key));
		ALTER TABLE read_models.orders_1a2b3c4d5e6f ENABLE ROW LEVEL SECURITY;
		ALTER TABLE read_models.orders_1a2b3c4d5e6f FORCE ROW LEVEL SECURITY;`)
	return p
}

func (p *patient) run(t *testing.T, sql string) {
	t.Helper()
	sql = strings.ReplaceAll(sql, "ACCOUNT", p.Accounts[0].ID.String())
	for statement := range strings.SplitSeq(sql, ";") { // ALTER SYSTEM stands alone
		if _, err := p.owner.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func (p *patient) mustBeWell(t *testing.T) {
	t.Helper()
	for _, f := range doctor.Examine(t.Context(), p.Database) {
		if f.Level != doctor.OK || f.Mend != "" {
			t.Errorf("%s: %s %s (mend: %s)", f.Check, f.Level, f.Message, f.Mend)
		}
	}
}

func TestAHealthySystemIsAllOK(t *testing.T) {
	p := newPatient(t)
	p.mustBeWell(t)
	if n := len(doctor.Examine(t.Context(), p.Database)); n != 20 {
		t.Errorf("%d findings, want one for each of 20 checks", n)
	}
	catalog := p.Database
	catalog.Schema, catalog.Subject = migrations.Catalog, "catalog"
	p.Database = catalog
	p.mustBeWell(t)
}

// illness is something that is wrong with a database. Its mend, where it is SQL, is run as
// it is printed, and must cure it.
type illness struct {
	name    string
	sql     string
	check   string
	level   doctor.Level
	mend    string // part of it
	cure    string // where the mend is no SQL, or more than this illness needs
	mention string // part of the message
}

// newest is the version of the store's schema.
var newest = fmt.Sprint(migrations.Windows{}.Of(migrations.Store).Built)

var illnesses = []illness{
	{name: "row-level security off", sql: "ALTER TABLE store.guard_unique DISABLE ROW LEVEL SECURITY",
		check: "row-level security", level: doctor.Fail, mend: "ALTER TABLE store.guard_unique ENABLE", mention: "off on store.guard_unique"},
	{name: "row-level security not forced on a read model", sql: "ALTER TABLE read_models.orders_1a2b3c4d5e6f NO FORCE ROW LEVEL SECURITY",
		check: "row-level security", level: doctor.Fail, mend: "ALTER TABLE read_models.orders_1a2b3c4d5e6f FORCE", mention: "owner of read_models."},
	{name: "row-level security off on a partition", sql: "ALTER TABLE store.events_07 DISABLE ROW LEVEL SECURITY",
		check: "row-level security", level: doctor.Fail, mend: "ALTER TABLE store.events_07 ENABLE", mention: "store.events_07"},
	{name: "builder may delete events in use", sql: "DROP TRIGGER events_in_use ON store.events",
		check: "append-only", level: doctor.Fail, mend: "REVOKE DELETE ON store.events FROM polder_builder", mention: "polder_builder may DELETE",
		cure: "CREATE TRIGGER events_in_use BEFORE DELETE ON store.events FOR EACH ROW EXECUTE FUNCTION store.keep_history()"},
	{name: "events may be changed against a policy", sql: "ALTER TABLE store.events DISABLE TRIGGER events_closed",
		check: "triggers", level: doctor.Fail, mend: "ALTER TABLE store.events ENABLE TRIGGER events_closed", mention: "events_closed of store.events is off"},
	{name: "heads may be deleted", sql: "ALTER TABLE store.account_heads DISABLE TRIGGER heads_in_use",
		check: "triggers", level: doctor.Fail, mend: "ALTER TABLE store.account_heads ENABLE TRIGGER heads_in_use", mention: "heads_in_use"},
	{name: "vacuum kept from a table", sql: "ALTER TABLE store.live_cursors SET (autovacuum_enabled = off)",
		check: "vacuum", level: doctor.Fail, mend: "ALTER TABLE store.live_cursors RESET (autovacuum_enabled)", mention: "off for store.live_cursors"},
	{name: "api may change events", sql: "GRANT UPDATE ON store.events TO polder_api",
		check: "append-only", level: doctor.Fail, mend: "REVOKE UPDATE ON store.events FROM polder_api", mention: "polder_api may UPDATE"},
	{name: "projector may change one column of events", sql: "GRANT UPDATE (payload) ON store.events TO polder_projector",
		check: "append-only", level: doctor.Fail, mend: "REVOKE UPDATE ON store.events FROM polder_projector", mention: "polder_projector"},
	{name: "admin may delete from a partition", sql: "GRANT DELETE ON store.events_03 TO polder_admin",
		check: "append-only", level: doctor.Fail, mend: "REVOKE DELETE ON store.events_03 FROM polder_admin", mention: "events_03"},
	{name: "everybody may truncate events", sql: "GRANT TRUNCATE ON store.snapshots, store.events_00 TO polder_appender",
		check: "append-only", level: doctor.Fail, mend: "REVOKE TRUNCATE ON store.events_00 FROM polder_appender", mention: "TRUNCATE"},
	{name: "a policy that shows all accounts", sql: "CREATE POLICY open_to_all ON store.snapshots TO polder_api USING (true)",
		check: "policies", level: doctor.Fail, mend: "DROP POLICY open_to_all ON store.snapshots", mention: "other accounts"},
	{name: "head missing", sql: "DELETE FROM store.account_heads",
		check: "accounts", level: doctor.Fail, mend: "admin account create northwind", mention: "no head",
		cure: "INSERT INTO store.account_heads (account_id, epoch) VALUES ('ACCOUNT', 1)"},
	{name: "cursor missing", sql: "DELETE FROM store.live_cursors",
		check: "accounts", level: doctor.Fail, mend: "admin account create northwind", mention: "cursor",
		cure: "INSERT INTO store.live_cursors (account_id) VALUES ('ACCOUNT')"},
	{name: "another epoch", sql: "UPDATE store.account_heads SET epoch = 2",
		check: "accounts", level: doctor.Fail, mend: "admin account resume northwind", mention: "epoch 1", cure: "UPDATE store.account_heads SET epoch = 1"},
	{name: "fenced", sql: "UPDATE store.account_heads SET epoch = 2, state = 'moving'",
		check: "accounts", level: doctor.Fail, mend: "admin doctor names the move", mention: "its commands wait", cure: "UPDATE store.account_heads SET epoch = 1, state = 'active'"},
	{name: "suspended half-way", sql: "UPDATE store.account_heads SET state = 'suspended'",
		check: "accounts", level: doctor.Warn, mend: "admin account suspend northwind --yes", mention: "active in the catalog and suspended",
		cure: "UPDATE store.account_heads SET state = 'active'"},
	{name: "a release's table missing", sql: "DROP TABLE read_models.orders_1a2b3c4d5e6f",
		check: "tables", level: doctor.Fail, mend: "admin migrate up", mention: "release 2026.11.1",
		cure: `CREATE TABLE read_models.orders_1a2b3c4d5e6f (account_id uuid);
			ALTER TABLE read_models.orders_1a2b3c4d5e6f ENABLE ROW LEVEL SECURITY;
			ALTER TABLE read_models.orders_1a2b3c4d5e6f FORCE ROW LEVEL SECURITY`},
	{name: "parked projection",
		sql:   "INSERT INTO store.projection_cursors VALUES ('ACCOUNT', 'orders_1a2b3c4d5e6f', 3, 'parked')",
		check: "parked", level: doctor.Warn, mend: "admin deadletter list --account northwind", mention: "old data: 1", cure: "DELETE FROM store.projection_cursors"},
	{name: "projector behind", sql: lagging + "now() - interval '2 minutes')",
		check: "lag", level: doctor.Warn, mend: "a projector runs", mention: "northwind is ", cure: "UPDATE store.live_cursors SET sequence_number = 1"},
	{name: "projector dead", sql: lagging + "now() - interval '2 days')",
		check: "lag", level: doctor.Fail, mend: "a projector runs", mention: "northwind is ", cure: "UPDATE store.live_cursors SET sequence_number = 1"},
	{name: "not migrated", sql: "DELETE FROM polder_migrations.store",
		check: "schema", level: doctor.Fail, mend: "admin migrate up", mention: "is not migrated", cure: "INSERT INTO polder_migrations.store VALUES (" + newest + ", false)"},
	{name: "migration failed", sql: "UPDATE polder_migrations.store SET dirty = true",
		check: "schema", level: doctor.Fail, mend: "admin migrate up", mention: "half-way", cure: "UPDATE polder_migrations.store SET dirty = false"},
	{name: "schema of a newer release", sql: "UPDATE polder_migrations.store SET version = 999",
		check: "schema", level: doctor.Warn, mend: "newer release", mention: "999", cure: "UPDATE polder_migrations.store SET version = " + newest},
	{name: "schema for newer binaries", sql: "UPDATE store.schema_compatibility SET compatible_down_to = 999",
		check: "schema", level: doctor.Fail, mend: "brings version 999", mention: "takes binaries of version 999", cure: "UPDATE store.schema_compatibility SET compatible_down_to = 3"},
	{name: "commits not durable", sql: "ALTER ROLE polder_test_login SET synchronous_commit = off",
		check: "settings", level: doctor.Fail, mend: "ALTER ROLE", mention: "synchronous_commit is off", cure: "ALTER ROLE polder_test_login RESET synchronous_commit"},
	{name: "long work is ended", sql: "ALTER ROLE polder_test_login SET statement_timeout = '5s'",
		check: "settings", level: doctor.Fail, mend: "ALTER ROLE", mention: "statement_timeout is 5000", cure: "ALTER ROLE polder_test_login RESET statement_timeout"},
	{name: "another isolation", sql: "ALTER ROLE polder_test_login SET default_transaction_isolation = 'serializable'",
		check: "settings", level: doctor.Fail, mend: "'read committed'", mention: "serializable", cure: "ALTER ROLE polder_test_login RESET default_transaction_isolation"},
	{name: "role that sees everything", sql: "ALTER ROLE polder_api BYPASSRLS",
		check: "roles", level: doctor.Fail, mend: "ALTER ROLE polder_api", mention: "polder_api has rights"},
	{name: "builder bound by row-level security", sql: "ALTER ROLE polder_builder NOBYPASSRLS",
		check: "roles", level: doctor.Fail, mend: "ALTER ROLE polder_builder BYPASSRLS", mention: "builds fail"},
	{name: "login with all rights at once", sql: "ALTER ROLE polder_test_login INHERIT",
		check: "memberships", level: doctor.Fail, mend: "ALTER ROLE polder_test_login NOINHERIT", mention: "at once"},
	{name: "nobody can serve", sql: "REVOKE polder_appender FROM polder_test_login",
		check: "memberships", level: doctor.Warn, mend: "polder_appender", mention: "the API", cure: "GRANT polder_appender TO polder_test_login"},
	{name: "watcher blind to transactions", sql: "REVOKE pg_read_all_stats FROM polder_watcher",
		check: "transactions", level: doctor.Warn, mend: "GRANT pg_read_all_stats", mention: "cannot see"},
}

const lagging = `UPDATE store.account_heads SET sequence_number = 1;
	INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name,
		payload_version, payload, command_id, command_hash, actor, commit_time)
	VALUES ('ACCOUNT', 0, 1, gen_random_uuid(), 1, 'Order', 'OrderPlacedEvent', 1, '{}', gen_random_uuid(), 0, 'k1', `

func TestEachIllnessIsSeenWithItsMend(t *testing.T) {
	p := newPatient(t)
	for _, ill := range illnesses {
		t.Run(ill.name, func(t *testing.T) {
			p.run(t, ill.sql)
			seen := doctor.Finding{}
			for _, f := range doctor.Examine(t.Context(), p.Database) {
				if f.Level == doctor.OK {
					continue
				}
				if f.Check != ill.check {
					t.Errorf("healthy %s is reported as %s: %s", f.Check, f.Level, f.Message)
				}
				seen = f
			}
			if seen.Level != ill.level || !strings.Contains(seen.Mend, ill.mend) || !strings.Contains(seen.Message, ill.mention) {
				t.Errorf("seen %+v, want %s with %q, mend %q", seen, ill.level, ill.mention, ill.mend)
			}
			if ill.cure == "" {
				ill.cure = seen.Mend
			}
			p.run(t, ill.cure)
			p.run(t, "DELETE FROM store.events")
			p.run(t, "UPDATE store.account_heads SET sequence_number = 0; UPDATE store.live_cursors SET sequence_number = 0")
			p.mustBeWell(t)
		})
	}
}

func TestAMissingMembershipIsNamed(t *testing.T) {
	p := newPatient(t)
	p.run(t, "REVOKE polder_owner FROM polder_test_login")
	defer p.run(t, "GRANT polder_owner TO polder_test_login")
	for _, f := range doctor.Examine(t.Context(), p.Database) {
		if f.Check == "memberships" && f.Level == doctor.Fail && f.Mend == "GRANT polder_owner TO polder_test_login" {
			return
		}
	}
	t.Error("nobody says that the login cannot take polder_owner")
}

func TestClocksApart(t *testing.T) {
	p := newPatient(t)
	for away, want := range map[time.Duration]doctor.Level{5 * time.Second: doctor.Warn, -2 * time.Minute: doctor.Fail} {
		p.Now = func() time.Time { return time.Now().Add(away) }
		for _, f := range doctor.Examine(t.Context(), p.Database) {
			if f.Check == "clock" && (f.Level != want || !strings.Contains(f.Mend, "chrony")) {
				t.Errorf("%s apart: %s, want %s", away, f.Level, want)
			}
		}
	}
}

func TestADatabaseThatIsAwayGivesOneFinding(t *testing.T) {
	p := newPatient(t)
	p.URL = "postgres://polder_test_login:secret-password@127.0.0.1:1/polder?sslmode=disable"
	findings := doctor.Examine(t.Context(), p.Database)
	if len(findings) != 1 || findings[0].Check != "reachable" || findings[0].Level != doctor.Fail {
		t.Fatalf("findings = %+v, want that it cannot be reached and no more", findings)
	}
	if text := fmt.Sprint(findings); strings.Contains(text, "secret-password") || !strings.Contains(text, "does not answer") {
		t.Errorf("finding is %s", text)
	}
}
