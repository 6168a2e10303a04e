package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// report is what a drill has found.
type report struct {
	Settings string
	Seconds  float64 // of load
	Faults   []effect

	Quiet, UnderFaults        [2]latency // of commands, and of queries
	Starts, StartsUnderFaults starts

	Operations       operations
	CheckedPerSecond float64 // operations and events
	Broken           map[history.Rule]int
	Pages            int // that projectors committed
	BrokenPages      int // that did not begin where the one before ended
	RowsCompared     int
	RowsWrong        int
	Guards           int      // that differ from what the events say
	Orders           int      // that are not shown as they were confirmed
	Behind, Parked   int      // accounts, projections
	Fell             int      // processes that ended by themselves
	Failed           []string // faults that could not be begun or ended: a part did not come back
	Texts            []string

	mu          sync.Mutex
	found       history.Findings
	book        *traffic.Book
	calm        time.Duration // when faults began
	firstStarts int
}

// operations are what clients did, by kind.
type operations struct {
	Commands, Acknowledged, Refused, Unknown, Repeated int
	Queries, Rows, Heard, Events                       int
	Sent                                               int // requests that were sent again
	Failures, Violations                               int
}

func (r *report) wrong(what *int, format string, args ...any) {
	*what++
	r.Texts = append(r.Texts, fmt.Sprintf(format, args...))
}

// sum brings together what was found.
func (r *report) sum() {
	f, b := r.found, r.book.Figures()
	r.Broken = f.Broken
	r.Operations = operations{
		Commands: f.Commands, Acknowledged: f.Acknowledged, Refused: f.Refused, Unknown: f.Unknown, Repeated: f.Repeated,
		Queries: f.Queries, Rows: f.Rows, Heard: f.Heard, Events: f.Events, Sent: b.Retried, Failures: b.Failures, Violations: b.Violations,
	}
}

func (r *report) write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

func (r *report) print(out io.Writer) {
	r.sum()
	o := r.Operations
	fmt.Fprintf(out, `
%s, %.0f s under load
clients      %d commands: %d acknowledged, %d refused by a rule, %d without an answer, %d sent more than once
             %d queries, %d rows looked at, %d notifications heard; %d requests sent again
store        %d events; %d pages of projectors; %d rows compared with a fold; checked %.0f operations and events a second
starts       %.1f s median, %.1f at most of %d before faults; %.1f and %.1f of %d amid them
answers      commands %s; queries %s
amid faults  commands %s; queries %s

`, r.Settings, r.Seconds, o.Commands, o.Acknowledged, o.Refused, o.Unknown, o.Repeated, o.Queries, o.Rows, o.Heard, o.Sent,
		o.Events, r.Pages, r.RowsCompared, r.CheckedPerSecond,
		r.Starts.Median, r.Starts.Most, r.Starts.Number, r.StartsUnderFaults.Median, r.StartsUnderFaults.Most, r.StartsUnderFaults.Number,
		r.Quiet[0], r.Quiet[1], r.UnderFaults[0], r.UnderFaults[1])
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "fault\ttimes\tlasted s\tlongest silence s\tcommands p50 / p99 / most ms\tqueries p50 / p99 / most ms")
	for _, e := range r.Faults {
		fmt.Fprintf(table, "%s\t%d\t%.1f\t%.1f\t%.0f / %.0f / %.0f\t%.0f / %.0f / %.0f\n", e.Fault, e.Times, e.Seconds, e.Silence,
			e.Commands.P50, e.Commands.P99, e.Commands.Most, e.Queries.P50, e.Queries.P99, e.Queries.Most)
	}
	_ = table.Flush() // as little as the lines before
	fmt.Fprintln(out)
	for _, g := range r.guarantees() {
		fmt.Fprintf(out, "%-30s %d\n", g.what, g.broken)
	}
	for _, text := range append(append(r.Texts, r.Failed...), append(r.found.Texts, r.book.Texts()...)...) {
		fmt.Fprintln(out, "  "+text)
	}
}

// String tells it as in "2.1 ms median, 9.7 at p99, 30 at most".
func (l latency) String() string {
	return fmt.Sprintf("%.1f ms median, %.1f at p99, %.0f at most", l.P50, l.P99, l.Most)
}

// guarantee is one that a drill attacks, and how often it was broken.
type guarantee struct {
	what   string
	broken int
}

func (r *report) guarantees() []guarantee {
	var all []guarantee
	for _, rule := range history.Rules() {
		all = append(all, guarantee{string(rule), r.found.Broken[rule]})
	}
	f := r.book.Figures()
	return append(all,
		guarantee{"wrong answers", f.Violations}, guarantee{"requests failed", f.Failures}, guarantee{"orders shown wrongly", r.Orders},
		guarantee{"rows wrong", r.RowsWrong}, guarantee{"guards wrong", r.Guards}, guarantee{"pages out of turn", r.BrokenPages},
		guarantee{"accounts left behind", r.Behind}, guarantee{"projections parked", r.Parked}, guarantee{"processes that fell", r.Fell},
		guarantee{"parts that did not come back", len(r.Failed)})
}

// broken says which guarantees were, nil when none was.
func (r *report) broken() error {
	var broken []string
	for _, g := range r.guarantees() {
		if g.broken > 0 {
			broken = append(broken, fmt.Sprintf("%s: %d", g.what, g.broken))
		}
	}
	if r.found.Acknowledged == 0 || r.found.Rows == 0 || r.found.Heard == 0 || r.Pages == 0 {
		broken = append(broken, "nothing was looked at")
	}
	if len(broken) == 0 {
		return nil
	}
	return errors.New(strings.Join(broken, ", "))
}
