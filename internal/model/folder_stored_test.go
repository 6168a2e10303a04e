package model_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
)

// watched is the release after all steps, whose projections look at parts of what the events say.
func (l *lineage) watched(t testing.TB) []*model.ProjectionType {
	last := l.schemas[len(l.schemas)-1]
	current := model.Event{Name: "LineEvent", Version: len(l.schemas)}
	stream := model.Stream{Name: "Customer", ID: "CustomerId", Attributes: []model.Attribute{text("Note", "40", true)}}
	var columns [2][]model.Column
	for i, name := range sortedKeys(last) {
		a := of(name, model.Type{Kind: last[name]}, true)
		current.Attributes, stream.Attributes = append(current.Attributes, a), append(stream.Attributes, a)
		columns[i%2] = append(columns[i%2], model.Column{Name: name, Type: a.Type, Expr: name})
	}
	note := model.Column{Name: "Note", Type: *kindOf(model.Text), Expr: "Note"}
	stream.Events = []model.Event{current, {Name: "SideEvent", Version: 1, Attributes: []model.Attribute{text("Note", "40", true)}}}
	ir := &model.IR{Format: model.Format, Name: "line", Currency: "EUR", Upcasts: l.steps, Streams: []model.Stream{stream}}
	for _, p := range []model.Projection{
		{Name: "All", Events: []string{"LineEvent", "SideEvent"}, Columns: append(slices.Concat(columns[0], columns[1]), note)},
		{Name: "Even", Events: []string{"LineEvent"}, Columns: columns[0]},
		{Name: "Odd", Events: []string{"LineEvent", "SideEvent"}, Columns: append(slices.Clone(columns[1]), note)},
		{Name: "Side", Events: []string{"SideEvent"}, Columns: []model.Column{note}},
	} {
		p.From, p.Fingerprint, p.Origin = "Customer", p.Name, "Customer.yaml:9"
		ir.Projections = append(ir.Projections, p)
	}
	r := load(t, ir)
	all := make([]*model.ProjectionType, len(ir.Projections))
	for i, p := range ir.Projections {
		all[i] = r.Projection(p.Name)
	}
	return all
}

// drawStored makes an event of any version, which may have an attribute twice. Unless it has to be
// well, it may have values that are none of their kind, or be no JSON.
func (l *lineage) drawStored(t *rapid.T, well bool) model.Stored {
	version := rapid.IntRange(1, len(l.schemas)).Draw(t, "version")
	var members []string
	for _, name := range sortedKeys(l.schemas[version-1]) {
		for range rapid.SampledFrom([]int{0, 1, 1, 1, 1, 2}).Draw(t, "times") {
			kind := l.schemas[version-1][name]
			if !well && rapid.IntRange(0, 19).Draw(t, "wrong") == 0 {
				kind = rapid.SampledFrom(lineKinds).Draw(t, "kind")
			}
			members = append(members, fmt.Sprintf("%q: %s", name, rapid.SampledFrom(append(lineValues[kind], "null")).Draw(t, "value")))
		}
	}
	members = append(members, `"Unknown":[{"a":1}]`)
	text := "{" + strings.Join(rapid.Permutation(members).Draw(t, "order"), ", ") + "}"
	if !well {
		text = spoil(t, text)
	}
	return model.Stored{StreamType: "Customer", Name: "LineEvent", Version: version, Payload: json.RawMessage(text)}
}

// What a folder makes of stored events is what each projection makes of them by itself, event by
// event: the same rows, and the same events that it cannot take.
func TestAFolderReadsLikeUpcasts(t *testing.T) {
	t.Parallel()
	taken, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLineage(rt)
		projections := l.watched(t)
		folder := model.NewFolder(projections)
		state := folder.New(orderID)
		rows, sequences := make([]*model.Row, len(projections)), make([]int64, len(projections))
		failed := map[*model.ProjectionType]bool{}
		well := rapid.Bool().Draw(rt, "well")
		for n := range int64(12) {
			event := l.drawStored(rt, well)
			refusals := map[*model.ProjectionType]bool{}
			for _, r := range folder.FoldStored(state, event, n+1) {
				refusals[r.Projection] = true
			}
			for i, p := range projections {
				row, folded, err := foldStored(p, rows[i], event)
				if refusals[p] != (err != nil) && !failed[p] {
					rt.Fatalf("%s takes %d %s: the folder refuses it: %v, by itself it says %v", p.Name, event.Version, event.Payload, refusals[p], err)
				}
				if failed[p] = failed[p] || err != nil; failed[p] {
					refused++
				} else if rows[i] = row; folded {
					taken++
					sequences[i] = n + 1
				}
			}
		}
		for i, p := range projections {
			row, sequence, err := folder.Row(i, state)
			if failed[p] {
				continue
			}
			if err != nil || sequence != sequences[i] || (row == nil) != (rows[i] == nil) || row != nil && comparable(row) != comparable(rows[i]) {
				rt.Fatalf("%s: %v\nbulk %v at %d\nrow  %v at %d", p.Name, err, row, sequence, rows[i], sequences[i])
			}
		}
	})
	t.Logf("figure: %d events were taken, %d refused", taken, refused)
	if taken < 100 || refused < 20 {
		t.Errorf("%d events were taken and %d refused: too few to show anything", taken, refused)
	}
}

// foldStored folds what the projection reads of the event, and reports whether that was anything.
func foldStored(p *model.ProjectionType, row *model.Row, event model.Stored) (*model.Row, bool, error) {
	if !p.HandlesStored(event.StreamType, event.Name, event.Version) {
		return row, false, nil
	}
	made, err := p.Upcast(event)
	folded := false
	for _, e := range made {
		if err == nil {
			folded = folded || p.Handles(e.StreamType, e.Name)
			row, err = p.Fold(row, model.Fact{Stream: orderID, Name: e.Name, Version: e.Version, Payload: e.Payload})
		}
	}
	return row, folded, err
}

// It is not parallel: it counts allocations. What is only copied goes from the payload into the
// state, and no payload is made.
func TestWhatIsCopiedIsNotWritten(t *testing.T) {
	ir := evolved(3, upcast(event0, 1, copied("Called", "Alias"), copied("VatNumber", "Vat")), upcast(event0, 2, copied("Name", "Called"), copied("VatNumber", "VatNumber")))
	ir.Projections = append(ir.Projections, model.Projection{Name: "Names", From: "Customer", Fingerprint: "names", Events: []string{event0}, Origin: "Customer.yaml:9",
		Columns: []model.Column{{Name: "Name", Type: *kindOf(model.Text), Expr: "Name"}, {Name: "VatNumber", Type: *kindOf(model.Text), Expr: "VatNumber"}}})
	p := load(t, ir).Projection("Names")
	folder := model.NewFolder([]*model.ProjectionType{p})
	state := folder.New(orderID)
	old := registered(1, `{"Alias": "A", "Vat": "NL1"}`)
	fold := func() {
		if refused := folder.FoldStored(state, old, 1); refused != nil {
			t.Fatal(refused)
		}
	}
	if allocated := testing.AllocsPerRun(100, fold); allocated > 0 {
		t.Errorf("%v allocations", allocated)
	}
	if row, _, err := folder.Row(0, state); err != nil || row.Values["Name"] != "A" || row.Values["VatNumber"] != "NL1" {
		t.Errorf("row %v, %v", row, err)
	}
}
