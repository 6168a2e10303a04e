package faults

import (
	"bytes"
	"strings"
	"testing"

	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

func fine() *report {
	return &report{Pages: 1, book: &traffic.Book{}, found: history.Findings{Acknowledged: 1, Rows: 1, Heard: 1, Broken: map[history.Rule]int{}}}
}

func TestWhatBreaksAGuarantee(t *testing.T) {
	t.Parallel()
	if err := fine().broken(); err != nil {
		t.Error(err)
	}
	for _, rule := range history.Rules() {
		r := fine()
		r.found.Broken[rule] = 3
		if err := r.broken(); err == nil || err.Error() != string(rule)+": 3" {
			t.Errorf("%s: %v", rule, err)
		}
	}
	for what, spoil := range map[string]func(*report){
		"orders shown wrongly: 1":         func(r *report) { r.Orders = 1 },
		"rows wrong: 1":                   func(r *report) { r.RowsWrong = 1 },
		"guards wrong: 1":                 func(r *report) { r.wrong(&r.Guards, "guard %s", "x") },
		"pages out of turn: 1":            func(r *report) { r.BrokenPages = 1 },
		"accounts left behind: 1":         func(r *report) { r.Behind = 1 },
		"projections parked: 1":           func(r *report) { r.Parked = 1 },
		"processes that fell: 1":          func(r *report) { r.Fell = 1 },
		"parts that did not come back: 1": func(r *report) { r.Failed = []string{"an api: gone"} },
		"nothing was looked at":           func(r *report) { r.found.Rows = 0 },
	} {
		r := fine()
		spoil(r)
		if err := r.broken(); err == nil || err.Error() != what {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheReportTellsEveryGuarantee(t *testing.T) {
	t.Parallel()
	r := fine()
	r.Faults = []effect{{Fault: "the network is cut", Times: 2}}
	var out bytes.Buffer
	r.print(&out)
	for _, g := range r.guarantees() {
		if !strings.Contains(out.String(), g.what+" ") {
			t.Errorf("%q is not told", g.what)
		}
	}
	if !strings.Contains(out.String(), "the network is cut") {
		t.Error("the fault is not told")
	}
}
