package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/admin/importer"
	"github.com/polderhq/polder/internal/fault"
)

func TestTablesAlign(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	a := &app{Process: Process{Out: &out}}
	type line struct {
		name string
		n    int64
	}
	columns := []column[line]{
		left("name", func(l line) string { return l.name }),
		right("count", func(l line) string { return count(l.n) }),
		left("", func(line) string { return "" }),
	}
	if err := printList(a, []line{{"Müller", 7}, {"x", -1234567}}, "", columns...); err != nil {
		t.Fatal(err)
	}
	want := "NAME         COUNT\nMüller           7\nx       -1,234,567\n"
	if out.String() != want {
		t.Errorf("table is\n%s\nwant\n%s", out.String(), want)
	}
}

func TestDurationsAndAges(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	a := &app{Process: Process{Now: func() time.Time { return now }}}
	for ago, want := range map[time.Duration]string{
		20 * time.Millisecond: "just now", 59 * time.Second: "59 s ago", 3 * time.Minute: "3 min ago",
		5 * time.Hour: "5 h ago", 72 * time.Hour: "3 days ago", -time.Second: "just now",
	} {
		if got := a.age(now.Add(-ago)); got != want {
			t.Errorf("%s ago is %q, want %q", ago, got, want)
		}
	}
	if a.age(time.Time{}) != "-" || several(1, "row") != "1 row" || several(1200, "row") != "1,200 rows" {
		t.Error("the zero time or a number of things is written wrongly")
	}
}

func TestProgressTellsRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	m := newMeter(&app{Process: Process{Err: &out, Now: func() time.Time { return now }}}, "orders.ndjson")
	progress := importer.Progress{Total: 10_000, Skipped: 2000, Stored: 2000}
	m.update(progress)
	now = now.Add(10 * time.Second)
	progress.Stored, progress.Refused = 3900, 100 // 2,000 of them by this run
	m.update(progress)
	m.update(progress) // a line every five seconds only
	now = now.Add(10 * time.Second)
	progress.Stored = 9900
	m.update(progress)
	want := "orders.ndjson: 4,000 of 10,000 rows (40%), 100 refused, 200 rows/s, 30 s left\n" +
		"orders.ndjson: 10,000 of 10,000 rows (100%), 100 refused, 400 rows/s\n"
	if out.String() != want {
		t.Errorf("progress is\n%s\nwant\n%s", out.String(), want)
	}
}

func TestEveryKindHasItsExitCode(t *testing.T) {
	t.Parallel()
	seen := map[int]fault.Kind{}
	for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
		code := exitCode(advise(fault.New(kind, "x"), "here", "there"))
		if other, taken := seen[code]; taken || code == exitOK {
			t.Errorf("%s exits with %d as %s does", kind, code, other)
		}
		seen[code] = kind
		if !strings.Contains(exitCodeHelp(), kind.String()) {
			t.Errorf("the help does not tell of %s", kind)
		}
	}
	if exitCode(errors.New("x")) != 1 || exitCode(nil) != exitOK {
		t.Error("an unclassified error or none has the wrong code")
	}
}

func TestTheCauseIsAdvisedFirst(t *testing.T) {
	t.Parallel()
	err := advise(advise(fault.New(fault.Unavailable, "away"), "db1", "start it"), "store main", "run it again")
	p := newProblem(err)
	if p.Where != "db1" || p.Next != "start it; then run it again" || p.Message != "away" {
		t.Errorf("problem is %+v", p)
	}
}
