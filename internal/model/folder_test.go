package model_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
)

// views are more projections of orders: each sees less than the first, one of them not even
// the events that move what it shows.
func views(ir *model.IR) {
	view := func(name string, events []string, columns ...model.Column) {
		ir.Projections = append(ir.Projections, model.Projection{Name: name, From: "Order", Fingerprint: name, Events: events, Columns: columns, Origin: "Order.yaml:60"})
	}
	text, money := model.Type{Kind: model.Text}, model.Type{Kind: model.Money}
	view("References", []string{"OrderPlacedEvent", "ReferenceChangedEvent"},
		model.Column{Name: "Reference", Type: text, Expr: "Reference"}, model.Column{Name: "Status", Type: text, Expr: "Status"})
	view("Closed", []string{"OrderCancelledEvent", "OrderConfirmedEvent"},
		model.Column{Name: "Total", Type: money, Expr: "Total"}, model.Column{Name: "Closed", Type: model.Type{Kind: model.Bool}, Expr: "Status == 'cancelled'"})
	view("Worth", []string{"LinesChangedEvent", "OrderPlacedEvent"},
		model.Column{Name: "Net", Type: money, Expr: "Net"}, model.Column{Name: "CustomerName", Type: text, Copy: &model.Hop{Ref: "CustomerId", Column: "Name"}})
}

var viewNames = []string{"Orders", "References", "Closed", "Worth"}

func viewsOf(t testing.TB) []*model.ProjectionType {
	ir := shopIR()
	views(ir)
	r := load(t, ir)
	var all []*model.ProjectionType
	for _, name := range viewNames {
		all = append(all, r.Projection(name))
	}
	return all
}

// spoil makes a payload that some projections, or none, can take.
func spoil(t *rapid.T, payload string) string {
	at := func() int { return rapid.IntRange(0, len(payload)).Draw(t, "at") }
	switch rapid.IntRange(0, 19).Draw(t, "spoil") {
	case 0:
		i := at()
		return payload[:i] + rapid.SampledFrom([]string{"7", `"`, "x", "\xff", "null", "-", `\`, " ", "{", "]", "e", "."}).Draw(t, "piece") + payload[i:]
	case 1:
		return payload[:at()]
	case 2:
		return strings.Replace(payload, `"Reference": `, `"Reference": 7, "x": `, 1)
	case 3:
		return strings.Replace(payload, `"UnitPrice": "`, `"UnitPrice": "01 `, 1)
	case 4:
		return strings.Replace(payload, `}`, `, "Total": {"amount":"12.5","currency":"`+rapid.SampledFrom([]string{"EUR", "eur", ""}).Draw(t, "currency")+`"}, "WantedOn": "2026-02-`+rapid.StringN(0, 3, -1).Draw(t, "day")+`"}`, 1)
	}
	return payload
}

// Folding in bulk gives every projection the row that its own fold gives it, and refuses what
// that refuses, for those projections only. So does advancing a state and showing its last.
func TestFolderFoldsLikeFold(t *testing.T) {
	t.Parallel()
	projections := viewsOf(t)
	rapid.Check(t, func(rt *rapid.T) {
		folder := model.NewFolder(projections)
		state := folder.New(orderID)
		rows := make([]*model.Row, len(projections))
		sequences := make([]int64, len(projections))
		failed := map[*model.ProjectionType]bool{}
		states := make([]*model.State, len(projections))
		for n, e := range drawEvents(rt) {
			fact := model.Fact{Stream: orderID, Name: e.name, Version: 1, Payload: json.RawMessage(spoil(rt, e.payload))}
			refused := map[*model.ProjectionType]bool{}
			for _, r := range folder.Fold(state, fact, int64(n+1)) {
				refused[r.Projection] = true
			}
			for i, p := range projections {
				next, err := p.Fold(rows[i], fact)
				if (err != nil) != refused[p] && !failed[p] {
					rt.Fatalf("%s of %s: the folder refuses it: %v, fold says %v", p.Name, fact.Payload, refused[p], err)
				}
				advanced, unable := p.Advance(states[i], fact)
				if (unable != nil) != (err != nil) && !failed[p] {
					rt.Fatalf("%s of %s: advance says %v, fold %v", p.Name, fact.Payload, unable, err)
				}
				if failed[p] = failed[p] || err != nil; err == nil && p.Handles("Order", e.name) {
					rows[i], sequences[i], states[i] = next, int64(n+1), advanced
				}
			}
		}
		for i, p := range projections {
			if failed[p] {
				continue
			}
			row, sequence, err := folder.Row(i, state)
			if err != nil {
				rt.Fatal(err)
			}
			if sequence != sequences[i] || (row == nil) != (rows[i] == nil) {
				rt.Fatalf("%s: row %v at %d, want %v at %d", p.Name, row, sequence, rows[i], sequences[i])
			}
			if row == nil {
				continue
			}
			shown, err := p.Show(orderID, states[i])
			if err != nil || comparable(row) != comparable(rows[i]) || comparable(shown) != comparable(rows[i]) {
				rt.Fatalf("%s: %v\nbulk %s\nshow %s\nfold %s", p.Name, err, comparable(row), comparable(shown), comparable(rows[i]))
			}
		}
	})
}

// A payload is the caller's to use again, and only what projections want takes memory.
func TestFolderKeepsNothingOfThePayload(t *testing.T) {
	t.Parallel()
	folder := model.NewFolder(viewsOf(t)[1:2])
	if folder.Handles("Order", "LinesChangedEvent", 1) || folder.Handles("Customer", "OrderPlacedEvent", 1) || !folder.Handles("Order", "OrderPlacedEvent", 1) {
		t.Error("it handles other events than its projections")
	}
	state := folder.New(orderID)
	empty := state.Size()
	payload := []byte(`{"Reference": "first", "Lines": [` + strings.Repeat(stored+",", 100) + stored + `]}`)
	for _, name := range []string{"OrderPlacedEvent", "LinesChangedEvent"} {
		if refused := folder.Fold(state, model.Fact{Name: name, Payload: payload}, 7); refused != nil {
			t.Fatal(refused)
		}
	}
	clear(payload)
	row, sequence, err := folder.Row(0, state)
	if err != nil || sequence != 7 || row.Key != orderID || row.Values["Reference"] != "first" {
		t.Errorf("row %v at %d, %v", row, sequence, err)
	}
	if grown := state.Size() - empty; grown < 5 || grown > 50 {
		t.Errorf("the state grew by %d bytes", grown)
	}
}

// BenchmarkFolder folds the life of orders; the unit is an event.
func BenchmarkFolder(b *testing.B) {
	history := []event{
		{"OrderPlacedEvent", string(placedPayload())}, {"ReferenceChangedEvent", `{"Reference":"REF-2"}`},
		{"LinesChangedEvent", `{` + benchLines + `}`}, {"OrderConfirmedEvent", `{"Total":{"amount":"25.39","currency":"EUR"}}`},
	}
	ir := shopIR()
	of := func(name string, kind model.Kind) model.Column {
		return model.Column{Name: name, Type: model.Type{Kind: kind}, Expr: name}
	}
	ir.Projections = append(ir.Projections, model.Projection{Name: "Few", From: "Order", Fingerprint: "few", Events: ir.Projections[0].Events,
		Columns: []model.Column{of("CustomerId", model.Ref), of("Reference", model.Text), of("Total", model.Money), of("Status", model.Text)}})
	r := load(b, ir)
	for _, name := range []string{"Few", "Orders"} {
		b.Run(name, func(b *testing.B) {
			folder := model.NewFolder([]*model.ProjectionType{r.Projection(name)})
			states := map[uuid.UUID]*model.FoldState{}
			b.ReportAllocs()
			for n := range b.N {
				e := history[n%len(history)]
				id := uuid.UUID{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n) &^ 3}
				s := states[id]
				if s == nil {
					s = folder.New(id)
					states[id] = s
				}
				if refused := folder.Fold(s, model.Fact{Stream: id, Name: e.name, Version: 1, Payload: json.RawMessage(e.payload)}, int64(n+1)); refused != nil {
					b.Fatal(refused)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
		b.Run(fmt.Sprint(name, " rows"), func(b *testing.B) {
			folder := model.NewFolder([]*model.ProjectionType{r.Projection(name)})
			s := folder.New(orderID)
			for n, e := range history {
				folder.Fold(s, model.Fact{Name: e.name, Payload: json.RawMessage(e.payload)}, int64(n+1))
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := folder.Row(0, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
