package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/pg"
)

func TestStreamsAreArchivedAndReadAsEventsAgain(t *testing.T) {
	w := newCompany(t)
	w.ok("account", "create", "southwind")
	north, south, stream := w.id("northwind"), w.id("southwind"), uuid.New()
	for _, account := range []uuid.UUID{north, south} {
		for _, reference := range []string{"a", "b", "c"} {
			w.place(account, stream, reference)
		}
	}
	w.place(north, uuid.New(), "single")
	w.expect(w.ok("stream", "archive", "--account", "northwind", "--idle", "365d"),
		"ACCOUNT  STREAMS  ARCHIVED  OF EVENTS  BEFORE  WARM  SHORT  OTHER TYPES  UNFIT",
		"northwind  2  0  0  0  2  0  0  0")
	w.expect(w.ok("stream", "archive", "--account", "northwind", "--idle", "0s", "--dry-run"),
		"ACCOUNT  STREAMS  ARCHIVED  OF EVENTS  BEFORE  WARM  SHORT  OTHER TYPES  UNFIT",
		"northwind  2  1  3  0  0  1  0  0")
	states := func() (n int) {
		if err := w.db.Pool(t, pg.Admin).QueryRow(t.Context(), "SELECT count(*) FROM store.archived_streams WHERE account_id = $1", north).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := states(); n != 0 {
		t.Errorf("a dry run stored %d states", n)
	}
	done := decode[[]archived](w, "stream", "archive", "--account", "northwind", "--idle", "0d")
	if len(done) != 1 || done[0].Archived != 1 || done[0].Events != 3 || states() != 1 {
		t.Errorf("%+v", done)
	}
	shown := decode[shownStream](w, "stream", "show", stream.String(), "--account", "northwind")
	if shown.Archived == nil || shown.Archived.Revision != 3 || !shown.Archived.Read {
		t.Errorf("%+v", shown.Archived)
	}
	if out := w.ok("stream", "show", stream.String(), "--account", "northwind"); !strings.Contains(w.steady(out), "archived  up to revision 3\n") {
		t.Errorf("%s", out)
	}
	if shown := decode[shownStream](w, "stream", "show", stream.String(), "--account", "southwind"); shown.Archived != nil {
		t.Errorf("another account's stream of that id: %+v", shown.Archived)
	}
	w.place(north, stream, "later")
	w.sql("UPDATE store.live_cursors SET sequence_number = 5 WHERE account_id = $1", north)
	results := decode[[]built](w, "projection", "build", "Orders", "--account", "northwind")
	if len(results) != 1 || !results[0].Live || results[0].StatesRead != 1 || results[0].EventsRead != 2 {
		t.Errorf("%+v", results)
	}
	report := decode[verifiedAccount](w, "account", "verify", "northwind")
	if report.Archived.Streams != 1 || len(report.Archived.Wrong) > 0 {
		t.Errorf("%+v", report)
	}
	w.sql("UPDATE store.archived_streams SET state = '[]' WHERE account_id = $1", north)
	w.fails(9, []string{"archived of stream " + stream.String(), "--undo"}, "account", "verify", "northwind")
	w.sql("UPDATE store.archived_streams SET fingerprint = 'x' WHERE account_id = $1", north)
	if out := w.steady(w.ok("account", "verify", "northwind")); !strings.Contains(out, "archived streams  0 compared, 1 as another release reads them") {
		t.Errorf("%s", out)
	}
	if shown := decode[shownStream](w, "stream", "show", stream.String(), "--account", "northwind"); shown.Archived == nil || shown.Archived.Read {
		t.Errorf("%+v", shown.Archived)
	}
	w.expect(w.ok("stream", "archive", "--all", "--undo"), "ACCOUNT  REMOVED", "northwind  1", "southwind  0")
	w.expect(w.ok("stream", "archive", "--all", "--idle", "0s", "--stream-type", "Customer"),
		"ACCOUNT  STREAMS  ARCHIVED  OF EVENTS  BEFORE  WARM  SHORT  OTHER TYPES  UNFIT",
		"northwind  2  0  0  0  0  1  1  0", "southwind  1  0  0  0  0  0  1  0")
	if n := strings.Count(w.ok("audit", "log", "--limit", "50"), "stream archive"); n != 6 { // the dry run changed nothing
		t.Errorf("%d entries are in the audit log:\n%s", n, w.ok("audit", "log", "--limit", "50"))
	}
	w.fails(2, []string{"how long streams have to be idle"}, "stream", "archive", "--all")
	w.fails(2, []string{"how long streams have to be idle"}, "stream", "archive", "--all", "--undo", "--idle", "1d")
	w.fails(2, []string{"365d or 12h"}, "stream", "archive", "--all", "--idle", "year")
	w.fails(2, []string{"Say which account"}, "stream", "archive", "--idle", "1d")
	w.fails(5, []string{"no stream type Nothing"}, "stream", "archive", "--all", "--idle", "1d", "--stream-type", "Nothing")
}

// Whoever copies an account is told what of it is archived, and what the copy has not.
func TestWhatIsArchivedOfACopyIsTold(t *testing.T) {
	w := newCompany(t)
	id, stream := w.id("northwind"), uuid.New()
	for _, reference := range []string{"a", "b", "c"} {
		w.place(id, stream, reference)
	}
	w.ok("stream", "archive", "--account", "northwind", "--idle", "0s")
	clone := w.run("account", "clone", "northwind", "clone")
	if clone.code != exitOK || !strings.Contains(clone.out, "archived streams    1") || strings.Contains(clone.err, "archive them") {
		t.Errorf("%s%s", clone.out, clone.err)
	}
	before := decode[lifecycle.Copied](w, "account", "restore", "northwind", "before", "--sequence", "2")
	if before.Archived != 0 || before.Left != 1 {
		t.Errorf("%+v", before)
	}
	folder := filepath.Join(t.TempDir(), "export")
	export := w.run("account", "export", "northwind", "--to", folder)
	imported := w.run("account", "import", folder, "--name", "again", "--id", uuid.NewString())
	const told = "1 stream is archived"
	if !strings.Contains(export.err, told+", which an export does not carry") || !strings.Contains(imported.err, told+" where it was copied from") ||
		!strings.Contains(imported.err, "admin stream archive --account again") || !strings.Contains(imported.out, "archived streams    0") {
		t.Errorf("%s%s%s", export.err, imported.out, imported.err)
	}
}
