package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/admin/doctor"
	"github.com/polderhq/polder/internal/es"
	modelproblem "github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
)

// expect compares an answer with the wanted lines, whatever differs from run to run.
func (w *world) expect(got string, lines ...string) {
	w.Helper()
	got, want := strings.TrimSpace(w.steady(got)), strings.Join(lines, "\n")
	if got != want {
		w.Errorf("answer is\n%s\nwant\n%s", got, want)
	}
}

func TestMigrateMakesADatabaseReadyAndAgainChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.sql("ALTER DATABASE " + w.db.Name + " OWNER TO polder_owner")
	w.sql("DROP SCHEMA catalog, store, read_models, polder_migrations CASCADE")
	w.expect(w.ok("migrate", "status"),
		"DATABASE  PLACE  SCHEMA  VERSION  LATEST  STATE",
		"catalog  HOST:PORT/DATABASE  catalog  0  5  behind")
	w.fails(7, []string{"not migrated", "next:  run admin migrate up"}, "account", "list")
	w.expect(w.ok("migrate", "up"),
		"DATABASE  PLACE  SCHEMA  VERSION  LATEST  STATE",
		"catalog  HOST:PORT/DATABASE  catalog  5  5  current")
	w.ok("store", "add", "main", w.location)
	for range 2 {
		w.expect(w.ok("migrate", "up"),
			"DATABASE  PLACE  SCHEMA  VERSION  LATEST  STATE",
			"catalog  HOST:PORT/DATABASE  catalog  5  5  current",
			"main  HOST:PORT/DATABASE  store  11  11  current")
	}
	states := decode[[]migrated](w, "migrate", "status")
	if len(states) != 2 || states[1].Database != "main" || states[1].State != "current" {
		t.Errorf("states = %+v", states)
	}
}

func TestMigrateUpRestoresTablesOfReleases(t *testing.T) {
	w := newCompany(t)
	tables := tablesOf(w)
	if len(tables) == 0 {
		t.Fatal("publishing made no table")
	}
	for _, table := range tables {
		w.sql("DROP TABLE read_models." + table)
	}
	w.ok("migrate", "up")
	if again := tablesOf(w); !slices.Equal(again, tables) {
		t.Errorf("tables are %v, want %v", again, tables)
	}
}

func tablesOf(w *world) []string {
	var tables []string
	err := w.db.Pool(w, pg.Admin).QueryRow(w.Context(),
		"SELECT coalesce(array_agg(tablename::text ORDER BY tablename), '{}') FROM pg_catalog.pg_tables WHERE schemaname = 'read_models'").Scan(&tables)
	if err != nil {
		w.Fatal(err)
	}
	return tables
}

func TestStores(t *testing.T) {
	w := newWorld(t)
	w.expect(w.ok("store", "list"), "There is no store yet: admin store add.")
	w.expect(w.ok("store", "add", "main", w.location),
		"STORE  LOCATION  CREATED",
		"main  postgres://HOST:PORT/DATABASE?sslmode=disable  AGE")
	w.ok("store", "add", "main", w.location)
	if stores := decode[[]tenant.Store](w, "store", "list"); len(stores) != 1 || stores[0].ID != "main" {
		t.Errorf("stores = %+v", stores)
	}
	w.fails(2, []string{"carries no login", "store main"}, "store", "add", "main", w.db.URL)
	w.fails(2, []string{"postgres URL"}, "store", "add", "main", "mysql://db/x")
	w.fails(2, []string{"lower-case letters"}, "store", "add", "Main!", w.location)
	w.fails(5, []string{`no store "other"`, "admin store list"}, "store", "check", "other")
	w.fails(11, []string{"127.0.0.1:1/nowhere", "next:"}, "store", "add", "away", "postgres://127.0.0.1:1/nowhere?sslmode=disable")
	if stores := decode[[]tenant.Store](w, "store", "list"); len(stores) != 1 {
		t.Errorf("a store that does not answer was entered: %+v", stores)
	}
}

func TestAccountsFromCreationToSuspension(t *testing.T) {
	w := newWorld(t)
	w.fails(7, []string{"no store yet", "admin store add"}, "account", "create", "northwind")
	w.ok("store", "add", "main", w.location)
	w.fails(7, []string{"No release", "admin model publish"}, "account", "create", "northwind")
	w.ok("model", "publish", "--version", "2026.11.1")
	w.expect(w.ok("account", "create", "northwind", "--requests-per-second", "50", "--burst", "100"),
		"account  northwind", "id  UUID", "state  active", "store  main", "release  2026.11.1", "epoch  1",
		"budget  50/s, 100 at once", "created  AGE", "head  no events, active")
	w.expect(w.ok("account", "list"),
		"ACCOUNT  ID  STATE  STORE  RELEASE  BUDGET  CREATED",
		"northwind  UUID  active  main  2026.11.1  50/s, 100 at once  AGE")
	id := w.id("northwind")
	if byID := decode[shownAccount](w, "account", "show", id.String()); byID.Name != "northwind" || byID.Head == nil {
		t.Errorf("by id: %+v", byID)
	}
	w.fails(2, []string{"refuses all its commands", "--yes"}, "account", "suspend", "northwind")
	if state := decode[shownAccount](w, "account", "show", "northwind").State; state != tenant.Active {
		t.Errorf("without --yes the account became %s", state)
	}
	suspended := decode[shownAccount](w, "account", "suspend", "northwind", "--yes")
	if suspended.State != tenant.Suspended || suspended.Head.State != "suspended" || suspended.Epoch != 2 || suspended.Head.Epoch != 2 {
		t.Errorf("suspended: %+v, head %+v", suspended, suspended.Head)
	}
	w.ok("account", "suspend", "northwind", "--yes")
	resumed := decode[shownAccount](w, "account", "resume", id.String())
	if resumed.State != tenant.Active || resumed.Head.State != "active" || resumed.Epoch != 2 || resumed.Head.Epoch != 2 {
		t.Errorf("resumed: %+v, head %+v", resumed, resumed.Head)
	}
	w.fails(5, []string{`no account "southwind"`, "admin account list"}, "account", "show", "southwind")
	w.fails(5, []string{"no account"}, "account", "suspend", uuid.NewString(), "--yes")
}

func TestLimitsOfAnAccount(t *testing.T) {
	w := newCompany(t)
	limits := func(args ...string) shownLimits {
		return decode[shownLimits](w, append([]string{"account", "limits", "northwind"}, args...)...)
	}
	w.expect(w.ok("account", "limits", "northwind"), "account  northwind", "requests per second  default", "at once  default")
	w.expect(w.ok("account", "limits", "northwind", "--requests-per-second", "1000000", "--burst", "7"),
		"account  northwind", "requests per second  1000000", "at once  7")
	if l := limits("--requests-per-second", "2.5"); *l.RequestsPerSecond != 2.5 || *l.RequestBurst != 7 {
		t.Errorf("what was not named changed: %+v", l)
	}
	for value, flags := range map[string][]string{
		"not -1":                     {"--requests-per-second", "-1"},
		"not NaN":                    {"--requests-per-second", "nan"},
		"not +Inf":                   {"--requests-per-second", "inf"},
		"not 1e+07":                  {"--requests-per-second", "1e7"},
		"not -2":                     {"--burst", "-2"},
		"not 1000001":                {"--burst", "1000001"},
		"A limit is positive":        {"--burst", "0"},
		"admin account suspend":      {"--requests-per-second", "0"},
		"[burst default]":            {"--default", "--burst", "3"},
		`invalid argument "many"`:    {"--burst", "many"},
		`unexpected argument "fast"`: {"fast"},
	} {
		w.fails(2, []string{value}, append([]string{"account", "limits", "northwind"}, flags...)...)
	}
	w.fails(5, []string{"no account"}, "account", "limits", "southwind", "--burst", "3")
	w.fails(2, []string{"not -5"}, "account", "create", "southwind", "--requests-per-second", "-5")
	w.fails(5, []string{"no account"}, "account", "show", "southwind")
	w.fails(6, []string{"exists already, with other limits"}, "account", "create", "northwind", "--burst", "8")
	if l := limits(); *l.RequestsPerSecond != 2.5 || *l.RequestBurst != 7 {
		t.Errorf("what was refused changed something: %+v", l)
	}
	if l := limits("--default"); l.RequestsPerSecond != nil || l.RequestBurst != nil {
		t.Errorf("not the platform's: %+v", l)
	}
	limits("--default") // changes nothing, and so is no entry
	w.expect(w.ok("audit", "log", "--limit", "5"),
		"ENTRY  WHEN  WHO  ACCOUNT  WHAT  PARAMETERS  RESULT",
		"8  AGE  olga  northwind  account limits  requestBurst=0 requestsPerSecond=0  done",
		"7  AGE  olga  northwind  account create  name=northwind  conflict: Account northwind exists already, with other limits",
		"6  AGE  olga  -  account create  name=southwind  invalid: Requests per second are a positive number, 1000000 at most, and not -5; 0 stands for the platform's default",
		"5  AGE  olga  northwind  account limits  requestBurst=7 requestsPerSecond=2.5  done",
		"4  AGE  olga  northwind  account limits  requestBurst=7 requestsPerSecond=1000000  done")
}

func TestAnInterruptedCreationIsCompleted(t *testing.T) {
	w := newCompany(t)
	id := w.id("northwind")
	w.sql("DELETE FROM store.account_heads") // as if killed between catalog and store
	w.sql("DELETE FROM store.live_cursors")
	w.expect(strings.Split(w.ok("account", "show", "northwind"), "head")[1], "missing: run admin account create again")
	again := decode[shownAccount](w, "account", "create", "northwind")
	if again.ID != id || again.Head == nil || again.Head.Epoch != 1 {
		t.Errorf("completed: %+v, head %+v; want id %s", again, again.Head, id)
	}
	w.place(id, uuid.New(), "first") // takes events again
	if once := decode[shownAccount](w, "account", "create", "northwind"); once.Head.SequenceNumber != 1 {
		t.Errorf("creating a complete account changed its head: %+v", once.Head)
	}
	w.fails(6, []string{"exists already, under id " + id.String()}, "account", "create", "northwind", "--id", uuid.NewString())
	w.fails(5, []string{`no store "other"`}, "account", "create", "southwind", "--store", "other")
	w.fails(2, []string{"is a uuid"}, "account", "create", "southwind", "--id", "7")
	if r := w.fails(2, []string{"lower-case letters"}, "account", "create", "South Wind"); strings.Contains(r.err, "SQLSTATE") {
		t.Errorf("it speaks of the database: %s", r.err)
	}
}

func TestSuspensionFencesTheStoreBeforeTheCatalog(t *testing.T) {
	w := newCompany(t)
	w.sql("REVOKE UPDATE ON catalog.accounts FROM polder_admin") // as if killed after the first step
	w.fails(4, []string{"run the same command again"}, "account", "suspend", "northwind", "--yes")
	half := decode[shownAccount](w, "account", "show", "northwind")
	if half.State != tenant.Active || half.Head.State != "suspended" {
		t.Errorf("half-way: catalog %s, store %s; want the store closed first", half.State, half.Head.State)
	}
	w.sql("GRANT UPDATE ON catalog.accounts TO polder_admin")
	w.ok("account", "suspend", "northwind", "--yes")
	w.sql("REVOKE UPDATE ON store.account_heads FROM polder_admin")
	w.fails(4, nil, "account", "resume", "northwind")
	half = decode[shownAccount](w, "account", "show", "northwind")
	if half.State != tenant.Active || half.Head.State != "suspended" {
		t.Errorf("half-way: catalog %s, store %s; want the store opened last", half.State, half.Head.State)
	}
	w.sql("GRANT UPDATE ON store.account_heads TO polder_admin")
	if whole := decode[shownAccount](w, "account", "resume", "northwind"); whole.Head.State != "active" {
		t.Errorf("resumed: %+v", whole.Head)
	}
}

func TestKeys(t *testing.T) {
	w := newCompany(t)
	w.expect(w.ok("key", "list", "northwind"), "The account has no key: admin key create.")
	created := w.run("key", "create", "northwind", "web-shop", "--roles", "sales,credit_controller")
	w.expect(created.out, "key  KEY", "account  northwind", "name  web-shop", "roles  sales, credit_controller", "token  TOKEN")
	if !strings.Contains(created.err, "will not be shown again") || strings.Contains(created.err, "asks for the role") {
		t.Errorf("no warning, or one too many, in %q", created.err)
	}
	if typo := w.run("key", "create", "northwind", "till", "--roles", "*,salse"); !strings.Contains(typo.err, `asks for the role "salse"; did you mean sales?`) {
		t.Errorf("no word of the role that does not exist in %q", typo.err)
	}
	second := decode[newKey](w, "key", "create", "northwind", "all")
	if !slices.Equal(second.Roles, []string{"*"}) || !strings.Contains(second.Token, second.ID) {
		t.Errorf("second key: %+v", second)
	}
	list := w.ok("key", "list", "northwind")
	w.expect(list, "KEY  NAME  ROLES  CREATED  LAST USED  REVOKED",
		"KEY  all  *  AGE  -  -", "KEY  till  *, salse  AGE  -  -", "KEY  web-shop  sales, credit_controller  AGE  -  -")
	if strings.Contains(list, second.Token) {
		t.Error("the list shows a token")
	}
	w.fails(2, []string{"for good", "--yes"}, "key", "revoke", second.ID)
	w.ok("key", "revoke", second.ID, "--yes")
	if keys := decode[[]tenant.Key](w, "key", "list", "northwind"); keys[0].RevokedAt.IsZero() {
		t.Errorf("not revoked: %+v", keys[0])
	}
	w.fails(5, []string{`Key "nosuch"`, "admin key list"}, "key", "revoke", "nosuch", "--yes")
	if log := w.ok("audit", "log"); strings.Contains(log, second.Token) {
		t.Error("the audit log shows a token")
	}
}

func TestEventsOfOneAccountOnly(t *testing.T) {
	w := newCompany(t)
	w.ok("account", "create", "southwind")
	north, south, stream := w.id("northwind"), w.id("southwind"), uuid.New()
	for _, reference := range []string{"n1", "n2", "n3"} {
		w.place(north, stream, reference)
	}
	w.place(south, stream, "s1") // the same stream id, of another company
	w.place(south, uuid.New(), "s2")
	w.expect(w.ok("event", "list", "--account", "southwind"),
		"NUMBER  COMMITTED  STREAM  REVISION  TYPE  ACTOR  PAYLOAD",
		`1  TIME  Order UUID  1  OrderPlacedEvent  k1  {"Reference":"s1"}`,
		`2  TIME  Order UUID  1  OrderPlacedEvent  k1  {"Reference":"s2"}`)
	for _, c := range []struct {
		want string
		args []string
	}{
		{"n1 n2 n3", []string{"--account", "northwind"}},
		{"n1 n2 n3", []string{"--account", north.String(), "--stream", stream.String()}},
		{"s1", []string{"--account", "southwind", "--stream", stream.String()}},
		{"n3 n2", []string{"--account", "northwind", "--backward", "--limit", "2"}},
		{"n3 n2", []string{"--account", "northwind", "--stream", stream.String(), "--backward", "--limit", "2"}},
		{"n3", []string{"--account", "northwind", "--after", "2"}},
		{"n2", []string{"--account", "northwind", "--stream", stream.String(), "--after", "1", "--limit", "1"}},
		{"n1 n2 n3", []string{"--account", "northwind", "--type", "OrderPlacedEvent"}},
		{"", []string{"--account", "northwind", "--type", "OrderClosedEvent"}},
		{"", []string{"--account", "northwind", "--stream", stream.String(), "--type", "OrderClosedEvent"}},
		{"", []string{"--account", "northwind", "--as-of", "2020-01-01T00:00:00Z"}},
		{"n1 n2 n3", []string{"--account", "northwind", "--as-of", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}},
		{"", []string{"--account", "northwind", "--stream", uuid.NewString()}},
	} {
		var got []string
		for _, e := range decode[[]shownEvent](w, append([]string{"event", "list"}, c.args...)...) {
			var payload struct{ Reference string }
			if err := json.Unmarshal(e.Payload, &payload); err != nil {
				t.Fatal(err)
			}
			got = append(got, payload.Reference)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("event list %v = %v, want %s", c.args, got, c.want)
		}
	}
	w.fails(2, []string{"--stream is a uuid"}, "event", "list", "--account", "northwind", "--stream", "x")
	w.fails(2, []string{"--limit", "0 or more"}, "event", "list", "--account", "northwind", "--limit", "-1")
	w.fails(2, []string{"--as-of"}, "event", "list", "--account", "northwind", "--as-of", "yesterday")
}

func TestPublishIsIdempotent(t *testing.T) {
	w := newWorld(t)
	w.ok("store", "add", "main", w.location)
	w.expect(w.ok("release", "list"), "No release is published yet: admin model publish.")
	first := decode[published](w, "model", "publish")
	month := time.Now().Format("2006.1.")
	if first.Version != month+"1" || !first.New || !slices.Equal(first.Stores, []string{"main"}) || first.PublishedBy != "olga" {
		t.Errorf("first: %+v", first)
	}
	if again := decode[published](w, "model", "publish"); again.Version != first.Version || again.New || again.Digest != first.Digest {
		t.Errorf("again: %+v", again)
	}
	w.fails(6, []string{"published already, as " + first.Version}, "model", "publish", "--version", "other")
	small := w.TempDir()
	write(t, small+"/crm/Person.yaml", "entity: Person\nattributes: {Name: text}\n")
	w.fails(6, []string{"published with another content"}, "model", "publish", small, "--version", first.Version)
	if second := decode[published](w, "model", "publish", small); second.Version != month+"2" {
		t.Errorf("second: %+v", second)
	}
	w.expect(w.ok("release", "list"), "RELEASE  DIGEST  PUBLISHED  BY  WITHDRAWN", month+"2  DIGEST  AGE  olga  -", month+"1  DIGEST  AGE  olga  -")
}

func TestModelProblemsHaveTheirPlace(t *testing.T) {
	w := newWorld(t)
	folder := t.TempDir()
	write(t, folder+"/crm/Person.yaml", "entity: Person\nattributes: {Name: txt}\n")
	r := w.fails(9, []string{"1 problem", folder}, "model", "check", folder)
	if !strings.Contains(r.out, folder+"/crm/Person.yaml:2:20: ") || !strings.Contains(r.out, `did you mean "text"?`) {
		t.Errorf("problems are %q", r.out)
	}
	found := decodeText[checked](w, w.run("model", "check", folder, "-o", "json").out)
	if !slices.ContainsFunc(found.Problems, func(p modelproblem.Problem) bool { return p.Line == 2 && p.Column == 20 && p.Hint != "" }) {
		t.Errorf("as JSON: %+v", found)
	}
	w.fails(9, nil, "model", "publish", folder)
	if releases := decode[[]tenant.Release](w, "release", "list"); len(releases) != 0 {
		t.Errorf("a model with problems was published: %+v", releases)
	}
	if !strings.Contains(w.ok("model", "check"), "models/erp is sound") {
		t.Error("the ERP model has problems")
	}
	w.fails(2, []string{"cannot be read"}, "model", "check", folder+"/nowhere")
}

func TestProjectionsAndTheirLag(t *testing.T) {
	w := newCompany(t)
	w.ok("account", "create", "southwind")
	w.place(w.id("northwind"), uuid.New(), "n1")
	w.sql("UPDATE store.events SET commit_time = now() - interval '90 seconds'")
	for _, s := range decode[[]accountStatus](w, "projection", "list") {
		behind := s.Account == "northwind"
		if s.State != "live" || s.SequenceNumber != 0 || (s.LagEvents == 1) != behind || (s.LagSeconds > 85 && s.LagSeconds < 200) != behind {
			t.Errorf("%+v", s)
		}
	}
	all := w.ok("projection", "list", "--account", "northwind")
	if !strings.Contains(w.steady(all), "live  0  1 event, 9") || strings.Contains(all, "southwind") {
		t.Errorf("projections of northwind:\n%s", all)
	}
}

func TestAuditLogSaysWhoDidWhat(t *testing.T) {
	w := newCompany(t)
	w.ok("account", "suspend", "northwind", "--yes", "--actor", "piet")
	w.fails(5, nil, "key", "revoke", "nosuch", "--yes")
	w.expect(w.ok("audit", "log"),
		"ENTRY  WHEN  WHO  ACCOUNT  WHAT  PARAMETERS  RESULT",
		`6  AGE  olga  -  key revoke  key=nosuch  not_found: Key "nosuch" does not exist`,
		"5  AGE  piet  northwind  account state  state=suspended  done",
		"4  AGE  piet  northwind  account route  epoch=2 store=main  done",
		"3  AGE  olga  northwind  account create  name=northwind release=DIGEST store=main  done",
		"2  AGE  olga  -  model publish  digest=DIGEST version=2026.11.1  done",
		"1  AGE  olga  -  store add  location=postgres://HOST:PORT/DATABASE?sslmode=disable store=main  done")
	id := w.id("northwind")
	w.ok("account", "create", "southwind")
	for _, of := range []string{"northwind", id.String()} {
		for _, e := range decode[[]tenant.AuditEntry](w, "audit", "log", "--account", of) {
			if e.AccountID != id || e.ID == 0 {
				t.Errorf("of %s: %+v", of, e)
			}
		}
	}
	w.fails(5, []string{`no account "nosuch"`, "admin account list"}, "audit", "log", "--account", "nosuch")
	w.fails(11, nil, "store", "add", "away", "postgres://127.0.0.1:1/x")
	if lines := strings.Count(w.ok("audit", "log", "--limit", "1"), "\n"); lines != 2 {
		t.Errorf("an entry takes %d lines", lines)
	}
	if entries := decode[[]tenant.AuditEntry](w, "audit", "log", "--limit", "1"); len(entries) != 1 || entries[0].Actor != "olga" {
		t.Errorf("entries = %+v", entries)
	}
}

func TestDoctorOverTheWholeInstallation(t *testing.T) {
	w := newCompany(t)
	w.sql("ALTER TABLE store.guard_limit DISABLE ROW LEVEL SECURITY")
	w.sql("DELETE FROM store.account_heads")
	// The test server does without fsync, which is a finding of its own.
	r := w.fails(9, []string{" failed"}, "doctor")
	for _, want := range []string{
		"fail  store main  row-level security  row-level security is off on store.guard_limit",
		"mend: ALTER TABLE store.guard_limit ENABLE ROW LEVEL SECURITY",
		"fail  store main  accounts  account northwind has no head",
		"mend: admin account create northwind",
		"fail  catalog  settings  fsync is off",
		"ok  store main  tables  all ",
	} {
		if !strings.Contains(w.steady(r.out), want) {
			t.Errorf("doctor does not say %q in\n%s", want, w.steady(r.out))
		}
	}
	findings := decodeText[[]doctor.Finding](w, w.run("store", "check", "main", "-o", "json").out)
	if !slices.ContainsFunc(findings, func(f doctor.Finding) bool { return f.Check == "accounts" && f.Level == doctor.Fail }) {
		t.Errorf("store check: %+v", findings)
	}
	w.env["POLDER_CATALOG_URL"] = "postgres://polder_test_login:geheim@127.0.0.1:1/polder?sslmode=disable"
	r = w.fails(9, nil, "doctor")
	if !strings.Contains(r.out, "127.0.0.1:1/polder does not answer") || strings.Contains(r.out+r.err, "geheim") {
		t.Errorf("doctor on a catalog that is away says\n%s%s", r.out, r.err)
	}
}

func TestErrorsSayWhatWhereAndNext(t *testing.T) {
	w := newWorld(t)
	w.fails(2, []string{`no subcommand "acount"`, "did you mean admin account?"}, "acount")
	w.fails(2, []string{`no subcommand "lst"`, "did you mean admin account list?"}, "account", "lst")
	w.fails(2, []string{`no subcommand "diff"`, "next:  admin release diff\n"}, "model", "diff", "a", "b")
	w.fails(2, []string{"unknown flag: --colour", "admin account list --help"}, "account", "list", "--colour")
	w.fails(2, []string{"missing NAME", "admin key create --help"}, "key", "create", "northwind")
	w.fails(2, []string{`unexpected argument "x"`}, "account", "list", "x")
	w.fails(2, []string{"table or json"}, "account", "list", "--output", "xml")
	w.fails(2, []string{`"account" not set`}, "event", "list")
	r := w.fails(5, nil, "account", "show", "nosuch", "--output", "json")
	answer := decodeText[map[string]problem](w, r.err)
	if p := answer["error"]; p.Kind != "not_found" || p.ExitCode != 5 || p.Next == "" || p.Where == "" {
		t.Errorf("as JSON: %+v", p)
	}
	w.env["POLDER_CATALOG_URL"] = "postgres://nobody_at_all:geheim@" + strings.SplitAfter(w.db.URL, "@")[1]
	r = w.fails(4, nil, "account", "list")
	if strings.Contains(r.err, "geheim") {
		t.Errorf("the password shows in %q", r.err)
	}
	w.env["POLDER_CATALOG_URL"] = "postgres://polder_test_login:geheim@127.0.0.1:1/polder"
	if r = w.fails(11, []string{"127.0.0.1:1/polder", "next:"}, "account", "list"); strings.Contains(r.err, "geheim") {
		t.Errorf("the password shows in %q", r.err)
	}
	w.env["POLDER_CATALOG_URL"] = "postgres://polder_test_login:gehe%im@127.0.0.1:1/polder"
	if r = w.fails(2, []string{"not a URL"}, "account", "list"); strings.Contains(r.err, "gehe") {
		t.Errorf("the password shows in %q", r.err)
	}
	delete(w.env, "POLDER_CATALOG_URL")
	w.fails(2, []string{"POLDER_CATALOG_URL is not set", "--env-file"}, "account", "list")
}

func TestSettingsFromAFile(t *testing.T) {
	w := newWorld(t)
	file := t.TempDir() + "/dev.env"
	write(t, file, "# of make run\n\nexport POLDER_CATALOG_URL='"+w.db.URL+"'\nPOLDER_ACTOR=\"file\"\n")
	w.env = map[string]string{"POLDER_CATALOG_URL": "postgres://wrong@127.0.0.1:1/wrong"}
	w.ok("--env-file", file, "store", "add", "main", w.location)
	if entries := decode[[]tenant.AuditEntry](w, "--env-file", file, "audit", "log"); entries[0].Actor != "file" {
		t.Errorf("actor is %s", entries[0].Actor)
	}
	write(t, file, "POLDER_CATALOG_URL\n")
	w.fails(2, []string{"KEY=VALUE", file + ":1"}, "--env-file", file, "account", "list")
	w.fails(2, []string{"cannot be read"}, "--env-file", file+"x", "account", "list")
}

func TestTwoStores(t *testing.T) {
	w := newCompany(t)
	other := worldOf(t, pgtest.New(t))
	w.ok("store", "add", "other", other.location)
	w.fails(2, []string{"There are 2 stores", "--store"}, "account", "create", "southwind")
	w.ok("account", "create", "southwind", "--store", "other")
	w.fails(6, []string{"exists already, on store other"}, "account", "create", "southwind", "--store", "main")
	if north, south := tablesOf(w), tablesOf(other); len(north) == 0 || !slices.Equal(north, south) {
		t.Errorf("a new store lacks tables of published releases: %v, want %v", south, north)
	}
	other.place(w.id("southwind"), uuid.New(), "s1")
	if events := decode[[]shownEvent](w, "event", "list", "--account", "southwind"); len(events) != 1 {
		t.Errorf("events of southwind: %+v", events)
	}
	if events := decode[[]shownEvent](w, "event", "list", "--account", "northwind"); len(events) != 0 {
		t.Errorf("events of northwind: %+v", events)
	}
	store := es.New(es.Config{Reader: w.db.Pool(t, pg.API)})
	defer store.Close()
	if _, err := store.Head(t.Context(), w.id("southwind")); err == nil {
		t.Error("southwind has a head on the wrong store")
	}
}

func TestExamplesMustHoldBeforeAModelIsPublished(t *testing.T) {
	w := newWorld(t)
	if out := w.ok("model", "test"); !strings.HasPrefix(out, "models/erp: all ") {
		t.Errorf("the ERP's examples: %s", out)
	}
	folder := t.TempDir()
	write(t, folder+"/crm/Person.yaml", `entity: Person
attributes: {Name: text}
examples:
  - name: a person is somebody else
    when: {RegisterPersonCommand: {Name: Linus}}
    then: {shows: {Persons: {Name: Richard}}}
`)
	r := w.fails(9, []string{"1 of 1 example failed"}, "model", "test", folder)
	if !strings.HasPrefix(r.out, folder+"/crm/Person.yaml:4") || !strings.Contains(r.out, "a person is somebody else") {
		t.Errorf("failures: %s", r.out)
	}
	if outcome := decodeText[tested](w, w.run("model", "test", folder, "-o", "json").out); len(outcome.Failures) != 1 || outcome.Examples != 1 {
		t.Errorf("as JSON: %+v", outcome)
	}
	w.fails(9, []string{"1 of 1 example failed"}, "model", "publish", folder)
	if releases := decode[[]tenant.Release](w, "release", "list"); len(releases) != 0 {
		t.Errorf("published although an example fails: %+v", releases)
	}
}

func TestModelSchemaIsJSON(t *testing.T) {
	w := newWorld(t)
	for _, of := range [][]string{{"model", "schema"}, {"model", "schema", "--changes"}} {
		if schema := decodeText[map[string]any](w, w.ok(of...)); schema["$schema"] == nil {
			t.Errorf("no JSON Schema: %v", schema)
		}
	}
}

func TestCompletionKnowsTheCommands(t *testing.T) {
	w := newWorld(t)
	if out := w.ok("__complete", "account", "s"); !strings.Contains(out, "show") || !strings.Contains(out, "suspend") {
		t.Errorf("completions: %s", out)
	}
	if out := w.ok("completion", "bash"); !strings.Contains(out, "admin") {
		t.Error("no completion script for bash")
	}
	if out := w.ok("--help"); !strings.Contains(out, "Exit codes:") || !strings.Contains(out, "130  interrupted") {
		t.Errorf("help does not tell the exit codes: %s", out)
	}
}
