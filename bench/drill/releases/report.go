package releases

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

const (
	verified  = 10  // accounts whose rows are compared with a fresh fold
	asked     = 500 // orders that are asked for at the end
	pauseGoal = 100 // ms, at the 99th percentile
)

// report is what a drill has found.
type report struct {
	figures  traffic.Figures
	texts    []string
	summary  upgrade.Summary // of the upgrade of the whole fleet
	accounts []upgrade.Account
	plan     *upgrade.Plan
	pauses   []float64 // ms, of all upgrades
	kills    int
	again    int // times that a runner was started again
	odd      []string

	found   history.Findings // in what clients recorded
	tooMuch int              // accounts for which more was built than changed
	exact   int              // and for which as much was noted

	wrongRows, wrongOrders int
}

func (r *report) ran(by *runner) {
	r.again += by.again
	r.odd = append(r.odd, by.odd...)
}

// planned compares what was built with the plan. What a killed runner has built it could not note.
func (r *report) planned(plan *upgrade.Plan) {
	r.plan = plan
	wanted := map[uuid.UUID]int{}
	for _, a := range plan.Accounts {
		wanted[a.ID] = a.Tables
	}
	for _, a := range r.accounts {
		switch {
		case a.TablesBuilt > wanted[a.ID]:
			r.tooMuch++
		case a.TablesBuilt == wanted[a.ID]:
			r.exact++
		}
	}
}

// check ends the load and compares what there is with what clients were told.
func (d *round) check(ctx context.Context) error {
	book, err := d.load.Stop()
	if err != nil {
		return err
	}
	if err := d.CaughtUp(ctx); err != nil {
		return err
	}
	r := &d.report
	for _, account := range d.accounts {
		found, err := d.load.Check(ctx, d.Builder, account, past)
		if err != nil {
			return err
		}
		r.found.Add(account.Name, found)
	}
	orders := book.Orders()
	wrong, err := d.load.Shown(ctx, orders[max(0, len(orders)-asked):], true)
	if err != nil {
		return err
	}
	r.wrongOrders = wrong
	for i := range min(verified, len(d.accounts)) {
		account := d.accounts[i*len(d.accounts)/min(verified, len(d.accounts))]
		var rows []struct{ Mismatches int }
		if err := d.Operate(ctx, &rows, "projection", "verify", "--account", account.Name); err != nil {
			r.odd = append(r.odd, tail(err.Error()))
			r.wrongRows++
		}
		for _, row := range rows {
			r.wrongRows += row.Mismatches
		}
	}
	r.figures, r.texts, r.kills = book.Figures(), book.Texts(), d.havoc.kills
	return nil
}

func (r *report) numbers() map[string]float64 {
	p50, p99, most := traffic.Percentiles(r.pauses)
	seconds := r.summary.Elapsed.Seconds()
	factor := seconds / max(r.plan.Seconds/workers, 0.001)
	return map[string]float64{
		"drill.accounts": float64(len(r.accounts)), "drill.commands": float64(r.figures.Acknowledged), "drill.queries": float64(r.figures.Queries),
		"drill.kills": float64(r.kills), "drill.failed": float64(r.figures.Failures), "drill.retried": float64(r.figures.Retried),
		"drill.command_p50_ms": r.figures.CommandP50, "drill.command_p99_ms": r.figures.CommandP99, "drill.query_p50_ms": r.figures.QueryP50, "drill.query_p99_ms": r.figures.QueryP99,
		"drill.pause_p50_ms": p50, "drill.pause_p99_ms": p99, "drill.pause_most_ms": most,
		"drill.tables_built": float64(r.summary.Tables), "drill.tables_changed": float64(r.plan.Tables),
		"drill.read_percent": 100 * float64(r.summary.EventsRead) / float64(max(r.summary.Events, 1)),
		"drill.run_s":        seconds, "drill.accounts_per_s": float64(len(r.accounts)) / max(seconds, 0.001), "drill.estimate_factor": max(factor, 1/max(factor, 0.001)),
		"drill.lost": float64(r.found.Broken[history.Lost]), "drill.doubled": float64(r.found.Broken[history.Doubled]), "drill.unseen": float64(r.figures.Violations), "drill.rows_wrong": float64(r.wrongRows),
	}
}

func (r *report) print(out io.Writer) {
	p50, p99, most := traffic.Percentiles(r.pauses)
	f, n := r.figures, r.numbers()
	fmt.Fprintf(out, `
requests        %d commands, %d queries, %d in the new shape; %d failed; %d sent again while a part was killed
answers         commands %.1f ms median, %.1f at p99, %.0f at most; queries %.1f, %.1f, %.0f
killed          %d parts; runners were started again %d times
write pause     %.1f ms median, %.1f at p99, %.1f at most, of %d switches (goal: %d at p99)
built           %d tables noted of %d changed; %d of %d accounts noted all, %d more than changed
read            %d events by builds of %d in a build of everything (%.0f %%)
time            %.0f s (estimate %.0f s with %d workers: factor %.1f), %.1f accounts per second
lost %d, doubled %d, not seen by who wrote it %d, rows wrong %d, orders wrong %d
`, f.Acknowledged, f.Queries, f.NewShape, f.Failures, f.Retried,
		f.CommandP50, f.CommandP99, f.CommandMost, f.QueryP50, f.QueryP99, f.QueryMost,
		r.kills, r.again, p50, p99, most, len(r.pauses), pauseGoal,
		r.summary.Tables, r.plan.Tables, r.exact, len(r.accounts), r.tooMuch,
		r.summary.EventsRead, r.summary.Events, n["drill.read_percent"],
		n["drill.run_s"], r.plan.Seconds/workers, workers, n["drill.estimate_factor"], n["drill.accounts_per_s"],
		r.found.Broken[history.Lost], r.found.Broken[history.Doubled], f.Violations, r.wrongRows, r.wrongOrders)
	for _, text := range append(r.texts, r.odd...) {
		fmt.Fprintln(out, "  "+text)
	}
}

// broken says which guarantees were, nil when none was.
func (r *report) broken() error {
	_, p99, _ := traffic.Percentiles(r.pauses)
	var broken []string
	for what, is := range map[string]bool{
		"requests failed":      r.figures.Failures > 0,
		"writes were not seen": r.figures.Violations > 0, "rows are wrong": r.wrongRows+r.wrongOrders > 0,
		"more was built than changed": r.tooMuch > 0, "writes waited too long": p99 > pauseGoal,
		"nobody used what is new": r.figures.NewShape == 0,
	} {
		if is {
			broken = append(broken, what)
		}
	}
	err := r.found.Err()
	if len(broken) > 0 {
		err = errors.Join(errors.New(strings.Join(broken, ", ")), err)
	}
	return err
}
