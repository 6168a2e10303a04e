package main

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestAnEventIsShownWhole(t *testing.T) {
	w := newCompany(t)
	w.ok("account", "create", "southwind")
	north, stream := w.id("northwind"), uuid.New()
	w.happened(north, stream, "OrderPlacedEvent", `{"CustomerName": "Linus", "OrderLines": [], "OrderNumber": "SO-2026-00001"}`)
	w.happened(north, stream, "OrderShippedEvent", `{}`)
	w.expect(w.ok("event", "show", "1", "--account", "northwind"),
		"event  1, OrderPlacedEvent version 1", "account  northwind", "stream  Order UUID, revision 1", "committed  TIME by key:k1", "command  UUID",
		`payload  {"CustomerName":"Linus","OrderLines":[],"OrderNumber":"SO-2026-00001"}`, "release  2026.11.1",
		`read as  OrderPlacedEvent of Order, version 1 {"CustomerName":"Linus","OrderLines":[],"OrderNumber":"SO-2026-00001"}`)
	shown := decode[examinedEvent](w, "event", "show", "1", "--account", "northwind")
	if shown.Event.StreamID != stream || len(shown.Read) != 1 || shown.Read[0].StreamType != "Order" || shown.Unreadable != "" {
		t.Errorf("%+v", shown)
	}
	r := w.fails(9, []string{"Event 2 cannot be read by release 2026.11.1", "admin event decode --account northwind"}, "event", "show", "2", "--account", "northwind")
	if !strings.Contains(w.steady(r.out), "payload  {}") || !strings.Contains(r.out, "cannot be read") {
		t.Errorf("what there is of it is not shown:\n%s", r.out)
	}
	w.fails(5, []string{"no event 1"}, "event", "show", "1", "--account", "southwind")
	w.fails(5, []string{"no event 3"}, "event", "show", "3", "--account", "northwind")
	w.fails(2, []string{"from 1 on", `"0"`}, "event", "show", "0", "--account", "northwind")
	w.fails(2, []string{"from 1 on", `"x"`}, "event", "show", "x", "--account", "northwind")
}

func TestNumbersThatCannotBeAreRefused(t *testing.T) {
	w := newCompany(t)
	for _, args := range [][]string{
		{"account", "export", "northwind", "--to", t.TempDir(), "--throttle", "-1"},
		{"stream", "archive", "--all", "--idle", "1d", "--throttle", "NaN"},
		{"upgrade", "throttle", "2-1", "--events", "-5"},
		{"upgrade", "run", "2-1", "--workers", "0"},
		{"upgrade", "plan", "--all", "--workers", "-3"},
		{"projection", "build", "--all", "--workers", "many"},
		{"audit", "log", "--limit", "0"},
		{"audit", "log", "--limit", "-1"},
	} {
		w.fails(2, []string{args[len(args)-1]}, args...)
	}
	w.fails(5, []string{`no upgrade "2-1"`, "next:  admin upgrade status\n"}, "upgrade", "run", "2-1")
}
