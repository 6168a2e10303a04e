package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// Whatever a projection gained, old rows and the events that they lack something of come to
// the rows of all events.
func TestSeededRowsAreThoseOfAllEvents(t *testing.T) {
	t.Parallel()
	few, all := 0, 0
	for seed := range uint64(30) {
		before, after := generated.Grown(t, seed)
		events := generated.Notes(seed, 120)
		for _, of := range after.Projections() {
			old := before.Projection(of.Name)
			if of.Chained() {
				continue
			}
			s := model.NewSeed(old, of)
			if s == nil {
				t.Fatalf("seed %d: %s cannot be seeded", seed, of.Name)
			}
			if old.Table == of.Table && len(s.StoredEvents()) > 0 {
				t.Errorf("seed %d: %s lacks %v of itself", seed, of.Name, s.StoredEvents())
			}
			few += len(s.StoredEvents())
			all += len(of.Events)
			holdSeeded(t, fmt.Sprint(seed, " ", of.Name), s, old, of, events)
		}
	}
	if few == 0 || few*2 > all {
		t.Errorf("%d of %d event types are folded again", few, all)
	}
}

func holdSeeded(t *testing.T, name string, s *model.Seed, old, of *model.ProjectionType, events []sales.Event) {
	t.Helper()
	olds, _ := foldedAll(t, old, events)
	want, sequences := foldedAll(t, of, events)
	lacked := map[uuid.UUID]*model.FoldState{}
	oldSequences := map[uuid.UUID]int64{}
	for i, e := range events {
		if old.Handles(e.Type, e.Name) {
			oldSequences[e.Stream] = int64(i + 1)
		}
		if e.Type != of.From || !slices.Contains(s.StoredEvents(), e.Name) {
			continue
		}
		if lacked[e.Stream] == nil {
			lacked[e.Stream] = s.Folder().New(e.Stream)
		}
		if refusals := s.Folder().Fold(lacked[e.Stream], fact(t, of, e), int64(i+1)); len(refusals) > 0 {
			t.Fatal(refusals)
		}
	}
	for key, row := range olds {
		got, sequence, err := s.Row(&model.Row{Key: key, Values: row.Values, Hidden: row.Hidden}, oldSequences[key], lacked[key])
		if err != nil {
			t.Fatal(err)
		}
		if sequence != sequences[key] || !reflect.DeepEqual(texts(got), texts(want[key])) {
			t.Errorf("%s at %d, want %d:\ngot  %v\nwant %v", name, sequence, sequences[key], texts(got), texts(want[key]))
		}
		delete(want, key)
	}
	if len(want) > 0 && !s.Grows() {
		t.Errorf("%s: %d rows have no old row", name, len(want))
	}
}

// fact is what the event, in its first version, is to the projection.
func fact(t *testing.T, of *model.ProjectionType, e sales.Event) model.Fact {
	t.Helper()
	payload, err := json.Marshal(e.Payload)
	if err != nil {
		t.Fatal(err)
	}
	read, err := of.Upcast(model.Stored{StreamType: e.Type, Name: e.Name, Version: 1, Payload: payload})
	if err != nil || len(read) != 1 {
		t.Fatalf("%s is read as %v, %v", e.Name, read, err)
	}
	return model.Fact{Stream: e.Stream, Name: read[0].Name, Version: read[0].Version, Payload: read[0].Payload}
}

// foldedAll returns the rows that all events come to, and the last one that each handled.
func foldedAll(t *testing.T, p *model.ProjectionType, events []sales.Event) (map[uuid.UUID]*model.Row, map[uuid.UUID]int64) {
	t.Helper()
	rows, sequences := map[uuid.UUID]*model.Row{}, map[uuid.UUID]int64{}
	for i, e := range events {
		if !p.Handles(e.Type, e.Name) {
			continue
		}
		row, err := p.Fold(rows[e.Stream], fact(t, p, e))
		if err != nil {
			t.Fatal(err)
		}
		rows[e.Stream], sequences[e.Stream] = row, int64(i+1)
	}
	return rows, sequences
}

func texts(r *model.Row) []string {
	list := []string{string(r.Hidden)}
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		value := r.Values[name]
		if raw, ok := value.(json.RawMessage); ok {
			value = string(bytes.Clone(raw))
		}
		list = append(list, fmt.Sprint(name, "=", value))
	}
	return list
}

// seeds are two releases of the sales model, of which the newer one has another OrderNumbers.
func seeds(t *testing.T, before, after func(*model.Projection), changes ...func(*model.IR)) (old, of *model.ProjectionType) {
	t.Helper()
	edit := func(change func(*model.Projection), changes ...func(*model.IR)) *model.ProjectionType {
		return sales.Release(t, append(changes, func(ir *model.IR) {
			change(&ir.Projections[slices.IndexFunc(ir.Projections, func(p model.Projection) bool { return p.Name == "OrderNumbers" })])
		})...).Projection("OrderNumbers")
	}
	return edit(before), edit(after, changes...)
}

func without(name string) func(*model.Projection) {
	return func(p *model.Projection) {
		p.Columns = slices.DeleteFunc(p.Columns, func(c model.Column) bool { return c.Name == name })
	}
}

func as(*model.Projection) {}

func TestWhatOldRowsLack(t *testing.T) {
	t.Parallel()
	column := func(name, expr string, kind model.Kind, needs ...string) func(*model.Projection) {
		return func(p *model.Projection) {
			p.Columns = append(slices.Clone(p.Columns), model.Column{Name: name, Type: model.Type{Kind: kind}, Expr: expr, Needs: needs, Origin: "test:1"})
		}
	}
	for name, test := range map[string]struct {
		before, after func(*model.Projection)
		want          []string
	}{
		"nothing":           {as, as, nil},
		"of what they show": {as, column("Next", "OrderNumber + 1", model.Int, "OrderNumber"), nil},
		"of what they hide": {column("Big", "Quantity > decimal('1.0')", model.Bool, "Quantity"), column("Quantity", "Quantity", model.Decimal, "Quantity"), nil},
		"a column less":     {as, without("Status"), nil},
		"an attribute":      {as, column("Note", "Note", model.Text, "Note"), []string{"OrderChangedEvent", "OrderPlacedEvent"}},
		"the life cycle":    {without("Status"), as, []string{"OrderConfirmedEvent", "OrderPlacedEvent"}},
		"a hidden lifecycle": {without("Status"), func(p *model.Projection) {
			without("Status")(p)
			column("Sold", "Status == 'confirmed'", model.Bool, "Status")(p)
		}, []string{"OrderConfirmedEvent", "OrderPlacedEvent"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, of := seeds(t, test.before, test.after)
			s := model.NewSeed(old, of)
			if s == nil || !slices.Equal(s.StoredEvents(), test.want) {
				t.Fatalf("it is %v, want the events %v", s, test.want)
			}
			holdSeeded(t, name, s, old, of, sales.Happenings(3, 200))
		})
	}
}

// placedAnew has OrderPlacedEvent in another version, of which the attributes are those of the
// first one but for what is given.
func placedAnew(but ...model.Derive) func(*model.IR) {
	return func(ir *model.IR) {
		events := ir.Streams[slices.IndexFunc(ir.Streams, func(s model.Stream) bool { return s.Name == "Order" })].Events
		placed := &events[slices.IndexFunc(events, func(e model.Event) bool { return e.Name == "OrderPlacedEvent" })]
		placed.Version = 2
		into := model.Into{Stream: "Order", Event: placed.Name, Version: 2}
		for _, a := range placed.Attributes {
			made := model.Derive{Name: a.Name, From: a.Name}
			if n := slices.IndexFunc(but, func(d model.Derive) bool { return d.Name == a.Name }); n >= 0 {
				made = but[n]
			}
			into.Attributes = append(into.Attributes, made)
		}
		ir.Upcasts = []model.Upcast{{Stream: "Order", Event: placed.Name, Version: 1, Reads: placed.Attributes, Into: []model.Into{into}, Origin: "test:1"}}
	}
}

// Old rows keep what an event says in another version too, but for what it says otherwise there.
func TestOldRowsKeepWhatUpcastsCopy(t *testing.T) {
	t.Parallel()
	number := func(expr string) model.Derive {
		return model.Derive{Name: "OrderNumber", Expr: expr, Type: &model.Type{Kind: model.Int}}
	}
	placed := []string{"OrderChangedEvent", "OrderPlacedEvent"} // both set the number
	for name, test := range map[string]struct {
		but  []model.Derive
		want []string
	}{
		"copied":          {nil, nil},
		"another one":     {[]model.Derive{{Name: "Note", Expr: "'a ' + Note", Type: &model.Type{Kind: model.Text}}}, nil},
		"converted":       {[]model.Derive{number("OrderNumber + 1")}, placed},
		"by another rule": {[]model.Derive{number("OrderNumber")}, placed},
		"defaulted":       {[]model.Derive{number("7")}, placed},
		"moved":           {[]model.Derive{{Name: "OrderNumber", From: "Number"}}, placed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, of := seeds(t, as, as, placedAnew(test.but...))
			s := model.NewSeed(old, of)
			if s == nil || !slices.Equal(s.StoredEvents(), test.want) {
				t.Fatalf("it is %v, want the events %v", s, test.want)
			}
			holdSeeded(t, name, s, old, of, sales.Happenings(3, 200))
			back := model.NewSeed(of, old) // as the way back does
			if back == nil || !slices.Equal(back.StoredEvents(), test.want) {
				t.Errorf("back: it is %v, want the events %v", back, test.want)
			}
		})
	}
}

func TestOldRowsThatDoNotTellEnough(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after   func(*model.Projection)
		changes []func(*model.IR)
	}{
		"an event less": {func(p *model.Projection) {
			without("Status")(p)
			p.Events = []string{"OrderChangedEvent", "OrderPlacedEvent"}
		}, nil},
		"written by appends":    {func(p *model.Projection) { p.Sync = true }, nil},
		"perhaps another event": {as, []func(*model.IR){placedAnew(), func(ir *model.IR) { ir.Upcasts[0].Into[0].When = "OrderNumber > 3" }}},
		"two events": {as, []func(*model.IR){placedAnew(), func(ir *model.IR) {
			ir.Upcasts[0].Into = append(ir.Upcasts[0].Into, model.Into{Stream: "Order", Event: "OrderConfirmedEvent", Version: 1})
		}}},
		"another name": {as, []func(*model.IR){placedAnew(), func(ir *model.IR) {
			ir.Upcasts[0].Into = []model.Into{{Stream: "Order", Event: "OrderChangedEvent", Version: 1}}
		}}},
		"one that comes to be one": {as, []func(*model.IR){func(ir *model.IR) {
			ir.Upcasts = []model.Upcast{{Stream: "Order", Event: "OrderAmendedEvent", Version: 1, Into: []model.Into{{Stream: "Order", Event: "OrderChangedEvent", Version: 1}}, Origin: "test:1"}}
		}}},
	} {
		if old, of := seeds(t, as, test.after, test.changes...); model.NewSeed(old, of) != nil {
			t.Errorf("%s: it can be seeded", name)
		}
	}
	release := sales.Release(t, sales.WithShapes)
	if lines := release.Projection("OrderLines"); model.NewSeed(lines, lines) != nil || model.NewSeed(release.Projection("Orders"), release.Projection("PersonLookup")) != nil {
		t.Error("what follows from rows, or from another stream type, can be seeded")
	}
	past := sales.Release(t, sales.WithPast).Projection("OrderNumbers")
	if model.NewSeed(past, sales.Release(t, sales.WithPast, func(ir *model.IR) { ir.Currency = "EUR" }).Projection("OrderNumbers")) == nil {
		t.Error("events that are stored alike cannot be seeded")
	}
	reread := sales.Release(t, sales.WithPast, func(ir *model.IR) {
		amended := &ir.Upcasts[slices.IndexFunc(ir.Upcasts, func(u model.Upcast) bool { return u.Event == "OrderAmendedEvent" })]
		amended.Into = amended.Into[:1]
	})
	if model.NewSeed(past, reread.Projection("OrderNumbers")) != nil {
		t.Error("events that are read in another way can be seeded")
	}
	// Values of another kind are read from events again, not from the old rows.
	old, of := seeds(t, as, as, func(ir *model.IR) { ir.Currency = "USD" })
	if s := model.NewSeed(old, of); s == nil || len(s.StoredEvents()) == 0 {
		t.Errorf("money of another currency is kept: %v", s)
	}
}
