package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/tenant"
)

// A release that nobody is on any more is withdrawn: its tables go where no other release has them, nobody is put
// on it, and it can be taken into use again.
func TestAReleaseIsWithdrawn(t *testing.T) {
	w := newNotes(t)
	before := tablesOf(w)
	grown := w.folder(replaced(t, "[Body]}\n", "[Body, Title]}\n"))
	w.ok("model", "publish", grown, "--version", "2")
	both := tablesOf(w)
	if len(both) <= len(before) {
		t.Fatalf("the second release has no tables of its own: %v", both)
	}
	w.fails(6, []string{"Release 1 is needed", "account northwind runs on it", "admin upgrade plan --to"}, "release", "withdraw", "1")
	w.ok("upgrade", "plan", "--to", "2", "--all")
	w.fails(6, []string{"upgrade 2-1 has accounts on the way", "admin upgrade contract"}, "release", "withdraw", "2")
	w.ok("upgrade", "run", "2-1", "--settle", "0s")
	w.fails(6, []string{"upgrade 2-1 has accounts on the way"}, "release", "withdraw", "1")
	w.fails(2, []string{"the way back", "--yes"}, "upgrade", "contract", "2-1")
	w.ok("upgrade", "contract", "2-1", "--yes")
	w.sql("INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state) SELECT $1, relname, 0, 'building' FROM pg_class WHERE relname = ANY ($2)",
		w.id("northwind"), before)

	done := decode[withdrawnRelease](w, "release", "withdraw", "1")
	if len(done.Dropped) != 1 || done.Dropped[0].StoreID != "main" || len(done.Dropped[0].Tables) == 0 || !done.Withdrawn() {
		t.Errorf("withdrawn: %+v", done)
	}
	left := tablesOf(w)
	for _, table := range both {
		if slices.Contains(done.Dropped[0].Tables, table) == slices.Contains(left, table) {
			t.Errorf("%s: dropped %v, left %v", table, done.Dropped, left)
		}
	}
	if found := w.run("doctor"); !strings.Contains(found.out, "all 1 tables of the published releases are there") {
		t.Errorf("the doctor says\n%s", found.out)
	}
	w.ok("projection", "verify", "--account", "northwind")
	if again := decode[withdrawnRelease](w, "release", "withdraw", "1"); len(again.Dropped) != 0 {
		t.Errorf("dropped again: %+v", again)
	}
	w.expect(w.ok("release", "list"), "RELEASE  DIGEST  PUBLISHED  BY  WITHDRAWN", "2  DIGEST  AGE  olga  -", "1  DIGEST  AGE  olga  AGE")
	for _, args := range [][]string{
		{"account", "create", "southwind", "--release", "1"}, {"account", "release", "northwind", "1"}, {"upgrade", "plan", "--to", "1", "--all"},
	} {
		w.fails(7, []string{"Release 1 was withdrawn", "admin release reinstate 1"}, args...)
	}
	w.ok("model", "publish", w.folder(strings.Replace(notes, "max: 20", "max: 30", 1)+"  Titles: {columns: [Title]}\n"), "--version", "3") // does not have to follow 1
	w.ok("release", "withdraw", "3")
	w.ok("account", "create", "eastwind") // the newest is 2
	if shown := decode[shownAccount](w, "account", "show", "eastwind"); shown.Version != "2" {
		t.Errorf("it runs on %+v", shown)
	}

	w.expect(w.ok("release", "reinstate", "1"), "release  1", "digest  DIGEST", "published  again; it was withdrawn", "stores  main")
	if !slices.Equal(tablesOf(w), both) {
		t.Errorf("its tables are %v, want %v", tablesOf(w), both)
	}
	w.ok("account", "create", "southwind", "--release", "1")
	if releases := decode[[]tenant.Release](w, "release", "list"); slices.ContainsFunc(releases, func(r tenant.Release) bool { return r.Version == "1" && r.Withdrawn() }) {
		t.Error("it is withdrawn still")
	}
	w.fails(5, []string{`no release "7"`}, "release", "withdraw", "7")
	log := w.ok("audit", "log")
	for _, text := range []string{"release withdraw", "release tables drop", "conflict: Release 1 is needed"} {
		if !strings.Contains(log, text) {
			t.Errorf("the audit log does not say %q:\n%s", text, log)
		}
	}
}
