package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
)

// behind leaves the account with orders that its live cursor has passed and no table has.
func (w *world) behind(name string, orders int) uuid.UUID {
	w.Helper()
	account := w.id(name)
	for n := range orders {
		w.place(account, uuid.New(), fmt.Sprint("R-", n))
	}
	w.sql("UPDATE store.live_cursors SET sequence_number = $2 WHERE account_id = $1", account, orders)
	return account
}

func (w *world) orders(account uuid.UUID) (table string, rows int) {
	w.Helper()
	for _, s := range decode[[]accountStatus](w, "projection", "list", "--account", account.String()) {
		if s.Projection == "Orders" {
			table = s.Table
		}
	}
	if err := w.db.Pool(w, pg.Admin).QueryRow(w.Context(), "SELECT count(*) FROM read_models."+table+" WHERE account_id = $1", account).Scan(&rows); err != nil {
		w.Fatal(err)
	}
	return table, rows
}

func TestProjectionBuild(t *testing.T) {
	w := newCompany(t)
	account := w.behind("northwind", 3)
	w.expect(w.ok("projection", "build", "--all"), "Nothing is missing.")
	w.expect(w.ok("projection", "build", "Orders", "--account", "northwind"),
		"ACCOUNT  PROJECTION  OUTCOME  REPLACED", "northwind  Orders  live at 3, 3 rows  3")
	if _, rows := w.orders(account); rows != 3 {
		t.Errorf("%d rows", rows)
	}
	results := decode[[]built](w, "projection", "build", "--all-projections", "--all", "--workers", "3", "--throttle", "100000")
	for _, r := range results {
		if !r.Live || r.Replaced != 0 {
			t.Errorf("%+v", r)
		}
	}
	if len(results) < 5 {
		t.Errorf("%d projections were built", len(results))
	}
	if log := w.ok("audit", "log", "--limit", "1"); !strings.Contains(log, "projection build") || !strings.Contains(log, "live at 3") {
		t.Errorf("audit log: %s", log)
	}
	unknown := w.fails(5, []string{"no projection Nothing", "next:  admin projection list"}, "projection", "build", "Nothing", "--all")
	if strings.Contains(unknown.err, runAgain) {
		t.Errorf("what does not exist is tried again: %s", unknown.err)
	}
	w.fails(2, []string{`"0" for "--workers" flag: it is a number from 1`}, "projection", "build", "--all", "--workers", "0")
	w.fails(2, []string{`"-5" for "--throttle" flag: it is 0 or more events per second`}, "projection", "build", "--all", "--throttle", "-5")
	w.fails(2, []string{"--account NAME, or --all"}, "projection", "build")
	w.fails(2, []string{"not both"}, "projection", "build", "Orders", "--all-projections", "--all")
}

// An event that cannot be applied parks what is new, and the command says so by its code.
func TestProjectionBuildThatFails(t *testing.T) {
	w := newCompany(t)
	w.park(w.id("northwind"), `{"Name": {"no": "text"}}`)
	w.fails(9, []string{"People was not built"}, "projection", "build", "People", "--account", "northwind")
	w.fails(5, []string{"No build of Orders is under way", "next:  admin projection builds"}, "projection", "pause", "Orders", "--all")
	builds := decode[[]accountBuild](w, "projection", "pause", "People", "--all")
	if len(builds) != 1 || builds[0].Phase != "failed" || builds[0].Error == nil || !builds[0].Paused {
		t.Fatalf("builds %+v", builds)
	}
	w.expect(w.ok("projection", "builds", "--account", "northwind"), "ACCOUNT  PROJECTION  PHASE  EVENTS  ROWS  BEGAN  ERROR",
		"northwind  People  failed, paused  0 of 0 events (0%)  0  AGE  "+*builds[0].Error)
	if builds = decode[[]accountBuild](w, "projection", "resume", "People", "--account", "northwind"); builds[0].Paused {
		t.Errorf("builds %+v", builds)
	}
}

// changedModel is the ERP with a further column in its orders.
func (w *world) changedModel() string {
	w.Helper()
	dir := w.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../models/erp")); err != nil {
		w.Fatal(err)
	}
	path := dir + "/orders/Order.yaml"
	write(w.T, path, strings.Replace(read(w.T, path), "\n  Orders:\n    columns:\n", "\n  Orders:\n    columns:\n      Urgent: RequiredDate != null\n", 1))
	return dir
}

func TestAnAccountChangesItsRelease(t *testing.T) {
	w := newCompany(t)
	account := w.behind("northwind", 2)
	table, _ := w.orders(account)
	w.ok("model", "publish", w.changedModel(), "--version", "2026.12.1")
	w.ok("account", "release", "northwind", "2026.12.1")
	changed, rows := w.orders(account)
	if changed == table || rows != 0 {
		t.Fatalf("the table is %s, with %d rows", changed, rows)
	}
	for _, s := range decode[[]accountStatus](w, "projection", "list", "--account", "northwind") {
		if (s.State == "building") != (s.Table == changed) && s.Projection == "Orders" {
			t.Errorf("%+v", s)
		}
	}
	w.ok("projection", "build", "--account", "northwind")
	if _, rows = w.orders(account); rows != 2 {
		t.Errorf("%d rows", rows)
	}
	w.fails(5, []string{"no release"}, "account", "release", "northwind", "2027.1")
}

func TestTheProgressOfABuildUnderWay(t *testing.T) {
	t.Parallel()
	b := accountBuild{Status: build.Status{Phase: "fold", EventsRead: 250, Until: 1000, ChangedAt: time.Unix(5, 0), StartedAt: time.Unix(0, 0)}}
	if got, want := b.progress(), "250 of 1,000 events (25%), 50 events/s, 15 s left"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	b.Phase, b.EventsRead = "prove", 750
	if got, want := b.progress(), "750 of 1,000 events (75%), 150 events/s, 1 s left"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestProgressOfBuilds(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	a := &app{Process: Process{Err: &out, Now: func() time.Time { return now }}}
	m := newCrewMeter(a, 2)
	order := build.Order{Name: "northwind", Events: 1000, Job: build.Job{AccountID: uuid.New()}}
	told := m.of(order)
	told(build.Progress{AccountID: order.Job.AccountID, Phase: "fold"})
	if got := m.works[order.Job.AccountID].latest.Total; got != 1000 {
		t.Errorf("before the first event it is one of %d", got)
	}
	now = now.Add(6 * time.Second)
	told(build.Progress{AccountID: order.Job.AccountID, Phase: "fold", Total: 1000, Events: 600, Rows: 20, Paused: true})
	proving := &work{began: now, latest: build.Progress{Phase: "prove", Proven: 0.434, Events: 717, Total: 1000}}
	if got := m.line(proving); !strings.HasPrefix(got, "prove 43 %, 717 of 1,000 events") {
		t.Error(got)
	}
	m.ended(build.Outcome{Order: order})
	m.end()
	want := "northwind: fold, paused, 600 of 1,000 events (60%), 100 events/s, 4 s left, 20 rows; in all 0 of 2 accounts, 600 of 1,000 events (60%), 100 events/s, 4 s left\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
	if got := m.wholeLine(); !strings.HasPrefix(got, "1 of 2 accounts, 1,000 of 1,000 events (100%)") {
		t.Error(got)
	}

	out.Reset()
	a.flags.output = "json"
	m = newCrewMeter(a, 2)
	told = m.of(order)
	told(build.Progress{AccountID: order.Job.AccountID, Phase: "fold"})
	now = now.Add(6 * time.Second)
	told(build.Progress{AccountID: order.Job.AccountID, Phase: "fold", Total: 1000, Events: 600, Rows: 20, Paused: true})
	want = fmt.Sprintf(`{"progress":{"account":"northwind","accountId":%q,"phase":"fold","paused":true,"rows":20,"proven":0,"events":600,"total":1000,"eventsPerSecond":100,"secondsLeft":4,`+
		`"all":{"accounts":2,"ended":0,"events":600,"total":1000,"eventsPerSecond":100,"secondsLeft":4}}}`+"\n", order.Job.AccountID)
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
}
