package main

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/projection/explain"
)

func TestThePlanOfAReleaseIsExplained(t *testing.T) {
	w := newWorld(t)
	w.fails(7, []string{"No release", "admin model publish"}, "projection", "explain")
	w.ok("store", "add", "main", w.location)
	w.ok("model", "publish", "--version", "2026.11.1")
	list := w.ok("projection", "explain")
	for _, text := range []string{"PROJECTION", "SHARED WITH", "Orders", "one for each Order"} {
		if !strings.Contains(list, text) {
			t.Errorf("no %q in\n%s", text, list)
		}
	}
	if plans := decode[[]explain.Projection](w, "projection", "explain"); len(plans) < 5 || plans[0].FanOut != nil {
		t.Errorf("plans: %+v", plans)
	}
	w.fails(5, []string{"no projection Nothing"}, "projection", "explain", "Nothing")
	w.fails(5, []string{`no account "nobody"`}, "projection", "explain", "--account", "nobody")
	w.fails(2, nil, "projection", "explain", "Orders", "Again")
}

func TestOneProjectionIsExplainedWithTheAccountsNumbers(t *testing.T) {
	w := newCompany(t)
	text := w.ok("projection", "explain", "Orders", "--account", "northwind")
	for _, want := range []string{"one for each Order", "fed by", "COLUMN", "SHAPE", "INDEX", "GetOrders", "AN EVENT WRITES", "up to 9", "FAN-OUT OF", "no row refers to another yet"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if plans := decode[[]explain.Projection](w, "projection", "explain", "Orders", "--account", "northwind"); len(plans) != 1 || len(plans[0].FanOut) == 0 {
		t.Errorf("plans: %+v", plans)
	}
}
