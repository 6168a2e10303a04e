package main

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/pg"
)

func TestADeadLetterIsShownWithWhatHelps(t *testing.T) {
	w := newCompany(t)
	w.fails(5, []string{"People is not parked", "admin deadletter list"}, "deadletter", "show", "--account", "northwind", "--projection", "People")
	table := w.park(w.id("northwind"), `{"Name": {"no": "text"}}`)
	w.expect(w.ok("deadletter", "show", "--account", "northwind", "--projection", "People"),
		"account  northwind",
		"projection  People ("+table+")",
		"event  1, PersonRegisteredEvent version 1",
		"stream  Person UUID, revision 1",
		"committed  TIME by k1",
		`payload  {"Name":{"no":"text"}}`,
		"error  Name is no text",
		"release  not in the catalog",
		"attempts  1, the first AGE, the last AGE",
		"next  the account runs on release 2026.11.1 by now, which may be able to apply it",
		"mend the cause, then: admin deadletter retry --account northwind --projection People",
		`or leave the event out for good: admin deadletter skip --account northwind --projection People --event 1 --reason "..."`)
	// A retry fails under the account's release, which the letter tells from then on.
	w.fails(9, nil, "deadletter", "retry", "--account", "northwind")
	shown := decode[shownLetter](w, "deadletter", "show", "--account", "northwind", "--projection", "People")
	if shown.Version != "2026.11.1" || shown.Attempts != 2 || len(shown.Next) != 2 || string(shown.Event.Payload) == "" {
		t.Errorf("shown: %+v", shown)
	}
}

func TestASkippedEventLetsTheProjectionLiveAgain(t *testing.T) {
	w := newCompany(t)
	id := w.id("northwind")
	table := w.park(id, `{"Name": {"no": "text"}}`)
	these := []string{"deadletter", "skip", "--account", "northwind", "--projection", "People"}
	w.fails(2, []string{`"reason" not set`}, these...)
	w.fails(2, []string{"skipped for a reason"}, append(these, "--reason", " ")...)
	w.fails(6, []string{"parked at event 1, not at 7"}, append(these, "--reason", "test data", "--event", "7")...)
	w.expect(w.ok("deadletter", "list", "--skipped"), "No event was skipped.")
	r := w.run(append(these, "--reason", "test data", "--event", "1")...)
	w.expect(r.err, "Event 1 (PersonRegisteredEvent) is left out of People.")
	w.expect(r.out, "ACCOUNT  PROJECTION  OUTCOME", "northwind  People  live at 1")
	w.expect(w.ok("deadletter", "list"), "No projection is parked.")
	w.expect(w.ok("deadletter", "list", "--skipped", "--account", "northwind"),
		"ACCOUNT  TABLE  EVENT  TYPE  SKIPPED  WHO  REASON  ERROR",
		"northwind  "+table+"  1  PersonRegisteredEvent  AGE  olga  test data  Name is no text")
	if all := decode[[]accountSkip](w, "deadletter", "list", "--skipped"); len(all) != 1 || all[0].AccountID != id || all[0].Table != table {
		t.Errorf("skipped: %+v", all)
	}
	if log := w.ok("audit", "log", "--limit", "2"); !strings.Contains(log, "deadletter skip") || !strings.Contains(log, "test data") || !strings.Contains(log, "deadletter retry") {
		t.Errorf("audit log: %s", log)
	}
	var rows int
	if err := w.db.Pool(t, pg.Admin).QueryRow(t.Context(), "SELECT count(*) FROM read_models."+table).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d rows, %v", rows, err)
	}
	w.fails(5, []string{"People is not parked"}, append(these, "--reason", "again")...)
}
