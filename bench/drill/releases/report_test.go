package releases

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

func TestWhatBreaksAGuarantee(t *testing.T) {
	t.Parallel()
	account := uuid.New()
	fine := func() *report {
		r := &report{accounts: []upgrade.Account{{ID: account, TablesBuilt: 3}}, pauses: []float64{4}, figures: traffic.Figures{NewShape: 1, Retried: 5}}
		r.planned(&upgrade.Plan{Accounts: []upgrade.PlannedAccount{{ID: account, Tables: 3}}, Seconds: 2})
		return r
	}
	if r := fine(); r.broken() != nil || r.exact != 1 {
		t.Errorf("a report without fault: %v, %+v", r.broken(), r)
	}
	for what, spoil := range map[string]func(*report){
		"requests failed":       func(r *report) { r.figures.Failures = 1 },
		"lost: 1":               func(r *report) { r.found.Broken = map[history.Rule]int{history.Lost: 1} },
		"writes were not seen":  func(r *report) { r.figures.Violations = 1 },
		"rows are wrong":        func(r *report) { r.wrongOrders = 1 },
		"more was built":        func(r *report) { r.accounts[0].TablesBuilt = 4; r.planned(r.plan) },
		"waited too long":       func(r *report) { r.pauses = []float64{101} },
		"nobody used what is n": func(r *report) { r.figures.NewShape = 0 },
	} {
		r := fine()
		spoil(r)
		if err := r.broken(); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
