package build_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// graded is a change of the sales model: orders are graded, which one of their projections will
// show.
func graded(ir *model.IR) {
	orders := &ir.Streams[3]
	grade := model.Attribute{Name: "Grade", Type: model.Type{Kind: model.Int}, Optional: true, Origin: "test:1"}
	orders.Attributes = append(slices.Clone(orders.Attributes), grade)
	orders.Events = append(orders.Events, model.Event{Name: "OrderGradedEvent", Version: 1, Attributes: []model.Attribute{grade}, Origin: "test:1"})
}

func numbers(ir *model.IR) *model.Projection {
	return &ir.Projections[slices.IndexFunc(ir.Projections, func(p model.Projection) bool { return p.Name == "OrderNumbers" })]
}

// showing is graded, with the grade in OrderNumbers.
func showing(ir *model.IR) {
	graded(ir)
	p := numbers(ir)
	p.Columns = append(slices.Clone(p.Columns), model.Column{Name: "Grade", Type: model.Type{Kind: model.Int}, Expr: "Grade", Needs: []string{"Grade"}, Origin: "test:1"})
	p.Events, p.Fingerprint = append(slices.Clone(p.Events), "OrderGradedEvent"), "ca9876543210"
}

func grading(t *testing.T, changes ...func(*model.IR)) *growing {
	t.Helper()
	g := &growing{before: sales.Release(t, graded), after: sales.Release(t, append([]func(*model.IR){showing}, changes...)...)}
	g.world = &world{sales.Open(t, pgtest.Shared(t), g.before), t}
	g.Know(t, g.after)
	return g
}

// orders is a history of so many orders: six events each, and a grade of each tenth.
func orders(n int) (events []sales.Event) {
	for i := range n {
		id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, "order ", i))
		events = append(events, sales.Happened("Order", id, "OrderPlacedEvent", sales.Fields{"OrderNumber": i, "Note": "x"}))
		for change := range 4 {
			events = append(events, sales.Happened("Order", id, "OrderChangedEvent", sales.Fields{"OrderNumber": 1000*change + i}))
		}
		events = append(events, sales.Happened("Order", id, "OrderConfirmedEvent", nil))
		if i%10 == 0 {
			events = append(events, sales.Happened("Order", id, "OrderGradedEvent", sales.Fields{"Grade": i % 7}))
		}
	}
	return events
}

// A seeded build reads the events that old rows lack something of, and those of its sample. It
// comes to what a full build comes to; also where the events are upcast, and say the same.
func TestASeededBuildReadsWhatOldRowsLack(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][]func(*model.IR){"as stored": nil, "upcast": {placedAnew}} {
		t.Run(name, func(t *testing.T) { t.Parallel(); readsWhatOldRowsLack(t, grading(t, changes...)) })
	}
}

// placedAnew has orders placed in another version, with all that the first one had.
func placedAnew(ir *model.IR) {
	events := ir.Streams[3].Events
	placed := &events[slices.IndexFunc(events, func(e model.Event) bool { return e.Name == "OrderPlacedEvent" })]
	placed.Version = 2
	into := model.Into{Stream: "Order", Event: placed.Name, Version: 2}
	for _, a := range placed.Attributes {
		into.Attributes = append(into.Attributes, model.Derive{Name: a.Name, From: a.Name})
	}
	ir.Upcasts = append(ir.Upcasts, model.Upcast{Stream: "Order", Event: placed.Name, Version: 1, Into: []model.Into{into}, Origin: "test:1"})
}

func readsWhatOldRowsLack(t *testing.T, g *growing) {
	t.Helper()
	account := g.entered(orders(400))
	results := g.move(account)
	job := g.job(account)
	job.Projections = []string{"OrderNumbers"}
	again, err := build.Run(t.Context(), g.config(), job)
	if err != nil || len(results) != 1 || len(again) != 1 {
		t.Fatal(err, results, again)
	}
	seeded, full := results[0], again[0]
	if !seeded.Seeded || full.Seeded || full.Replaced > 0 || full.Digest != seeded.Digest || full.Rows != seeded.Rows || full.EventsRead != 2440 || full.EventsProven != 2440 {
		t.Errorf("seeded %+v\nfull %+v", seeded, full)
	}
	if seeded.EventsRead != 40 || seeded.EventsProven < 20*6 || seeded.EventsProven*5 > full.EventsProven {
		t.Errorf("%d events were read, and %d for the proof", seeded.EventsRead, seeded.EventsProven)
	}
}

// Where old rows do not tell enough, or do not stand where they should, all events are folded.
func TestABuildWithoutSeeds(t *testing.T) {
	t.Parallel()
	events := orders(30)
	for name, test := range map[string]struct {
		change  func(*model.IR)
		prepare func(*growing, uuid.UUID)
		job     func(*build.Job)
	}{
		"an event less": {change: func(ir *model.IR) {
			p := numbers(ir)
			p.Events, p.Fingerprint = slices.DeleteFunc(p.Events, func(e string) bool { return e == "OrderConfirmedEvent" }), "ca9876543211"
			p.Columns = slices.DeleteFunc(p.Columns, func(c model.Column) bool { return c.Name == "Status" })
		}},
		"an event that became two": {change: func(ir *model.IR) {
			placedAnew(ir)
			placed := &ir.Upcasts[len(ir.Upcasts)-1]
			placed.Into = append(placed.Into, model.Into{Stream: "Order", Event: "OrderConfirmedEvent", Version: 1})
			numbers(ir).Fingerprint = "ca9876543212"
		}},
		"written by appends": {change: func(ir *model.IR) { numbers(ir).Sync, numbers(ir).Fingerprint = true, "ca9876543213" }},
		"a release that the account is not on": {prepare: func(g *growing, account uuid.UUID) {
			g.Exec(g.t, "UPDATE store.live_cursors SET release = 'another' WHERE account_id = $1", account)
		}},
		"a parked table": {prepare: func(g *growing, account uuid.UUID) {
			g.Exec(g.t, "INSERT INTO store.projection_cursors VALUES ($1, $2, 3, 'parked')", account, g.before.Projection("OrderNumbers").Table)
		}},
		"an event that was left out": {prepare: func(g *growing, account uuid.UUID) {
			g.Exec(g.t, `INSERT INTO store.skipped_events (account_id, table_name, sequence_number, payload_item_name, error, reason, actor)
				VALUES ($1, $2, 3, 'x', 'x', 'x', 'x')`, account, g.before.Projection("OrderNumbers").Table)
		}},
		"all of it":         {job: func(j *build.Job) { j.All = true }},
		"no release beside": {job: func(j *build.Job) { j.Beside = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changes := []func(*model.IR){}
			if test.change != nil {
				changes = append(changes, test.change)
			}
			g := grading(t, changes...)
			account := g.entered(events)
			if test.prepare != nil {
				test.prepare(g, account)
			}
			job := g.job(account)
			if test.job != nil {
				test.job(&job)
			}
			results, _ := build.Run(t.Context(), g.config(budget(2_000)), job) // that it may not join does not matter here
			i := slices.IndexFunc(results, func(r build.Result) bool { return r.Projection == "OrderNumbers" })
			if i < 0 || results[i].Seeded || results[i].EventsRead+results[i].EventsProven < 150 {
				t.Errorf("%+v", results)
			}
		})
	}
}

// Old rows that go away while they are read, or after, are done without.
func TestASeedThatGoesAway(t *testing.T) {
	t.Parallel()
	g := grading(t)
	events := orders(30)
	reference := g.full(events)
	for _, phase := range []string{"fold", "catch_up", "prove"} {
		account := g.entered(events)
		results := g.move(account, budget(1_000), at(phase, func() {
			g.Exec(t, "INSERT INTO store.projection_cursors VALUES ($1, $2, 3, 'parked')", account, g.before.Projection("OrderNumbers").Table)
		}))
		if len(results) != 1 || results[0].EventsRead+results[0].EventsProven < 180 || phase == "fold" && results[0].Seeded {
			t.Errorf("%s: %+v", phase, results)
		}
		if got, want := g.RowsOf(t, account, g.after.Projection("OrderNumbers")), g.RowsOf(t, reference, g.after.Projection("OrderNumbers")); !slices.Equal(got, want) {
			t.Errorf("%s: the rows differ", phase)
		}
	}
}

// A sample of the rows is held against all events, and each key against the old table.
func TestTheProofOfASeededBuild(t *testing.T) {
	t.Parallel()
	g := grading(t)
	old, built := projection.TableOf(g.before.Projection("OrderNumbers")).Quoted(), projection.TableOf(g.after.Projection("OrderNumbers")).Quoted()
	for name, test := range map[string]struct {
		before string // on the old table, before the build
		within string // on the built one, before its proof
		column string
	}{
		"a wrong old row": {before: "UPDATE " + old + " SET order_number = -1 WHERE account_id = $1", column: "OrderNumber"},
		"a lost row":      {within: "DELETE FROM " + built + " WHERE account_id = $1 AND key = (SELECT key FROM " + built + " WHERE account_id = $1 LIMIT 1)", column: "(row)"},
		"a row too many":  {within: "INSERT INTO " + built + " (account_id, key, row_sequence) VALUES ($1, gen_random_uuid(), 1)", column: "(row)"},
	} {
		account := g.entered(orders(30))
		if test.before != "" {
			g.Exec(t, test.before, account)
		}
		results, err := build.Run(t.Context(), g.config(at("prove", func() {
			if test.within != "" {
				g.Exec(t, test.within, account)
			}
		})), g.job(account))
		if err != nil || len(results) != 1 || results[0].Live || len(results[0].Differences) == 0 || results[0].Differences[0].Column != test.column {
			t.Errorf("%s: %+v, %v", name, results, err)
		}
	}
}

// An event that only the new column cannot take parks the unit there, as a live page would.
func TestASeededUnitMeetsAnEventThatItCannotTake(t *testing.T) {
	t.Parallel()
	g := grading(t)
	history := orders(20)
	history = slices.Insert(history, 60, sales.Happened("Order", history[0].Stream, "OrderGradedEvent", sales.Fields{"Grade": "good"}))
	reference, account := g.full(history), g.entered(history)
	results, err := build.Run(t.Context(), g.config(), g.job(account))
	if err != nil || len(results) != 1 || results[0].Live {
		t.Fatalf("%+v, %v", results, err)
	}
	if at := g.Number(t, "SELECT sequence_number FROM store.dead_letters WHERE account_id = $1", account); at != 61 {
		t.Errorf("it is parked at %d", at)
	}
	of := g.after.Projection("OrderNumbers")
	if got, want := g.RowsOf(t, account, of), g.RowsOf(t, reference, of); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
