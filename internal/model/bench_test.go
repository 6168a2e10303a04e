package model_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

const benchLines = `"Lines": [{"LineId": 1, "Quantity": "2", "UnitPrice": {"amount":"10.50","currency":"EUR"}, "Discount": "0"},` +
	`{"LineId": 2, "Quantity": "1.5", "UnitPrice": {"amount":"3.25","currency":"EUR"}, "Discount": "0.1"}]`

func placedPayload() json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"CustomerId":%q,"Reference":"REF-1",%s,"ShipTo":{"City":"Leusden"}}`, customerID, benchLines))
}

func BenchmarkParse(b *testing.B) {
	c := shop(b).Command("PlaceOrderCommand")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Parse(placedPayload()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	r := shop(b)
	others := map[uuid.UUID]*model.State{customerID: given(b, r, "Customer", "CustomerRegisteredEvent", `{"Name": "X"}`)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := when(b, r, "PlaceOrderCommand", string(placedPayload()), nil, others); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkApply(b *testing.B) {
	order := shop(b).Stream("Order")
	payload := placedPayload()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := order.Apply(order.Empty(), "OrderPlacedEvent", 1, payload); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	p := shop(b).Projection("Orders")
	history := []event{
		{"OrderPlacedEvent", string(placedPayload())}, {"ReferenceChangedEvent", `{"Reference":"REF-2"}`},
		{"OrderConfirmedEvent", `{"Total":{"amount":"25.39","currency":"EUR"}}`},
	}
	for _, e := range history {
		b.Run(e.name, func(b *testing.B) {
			var row *model.Row
			if e.name != "OrderPlacedEvent" {
				row = fold(b, p, nil, history[0])
			}
			payload := json.RawMessage(e.payload)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Fold(row, model.Fact{Stream: orderID, Name: e.name, Version: 1, Payload: payload}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("from the database", func(b *testing.B) {
		row := fromDatabase(fold(b, p, nil, history[0]))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Fold(row, model.Fact{Stream: orderID, Name: "ReferenceChangedEvent", Version: 1, Payload: json.RawMessage(history[1].payload)}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkLoad loads a model of 1,400 stream types with 11,200 events and 5,600 commands.
func BenchmarkLoad(b *testing.B) {
	text, err := model.Canonical(manyShops(1400))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := model.Load(text); err != nil {
			b.Fatal(err)
		}
	}
}

// manyShops repeats the order under other names.
func manyShops(n int) *model.IR {
	ir := shopIR()
	for i := range n {
		s, p := order(), orders()
		suffix := fmt.Sprint(i)
		s.Name, p.From, p.Name = s.Name+suffix, s.Name+suffix, p.Name+suffix
		for j := range s.Commands {
			s.Commands[j].Name += suffix
		}
		for j := range 3 {
			extra := s.Events[1]
			extra.Name = fmt.Sprintf("Extra%dEvent", j)
			s.Events = append(s.Events, extra)
		}
		ir.Streams, ir.Projections = append(ir.Streams, s), append(ir.Projections, p)
	}
	return ir
}

// mixed is the shop after 20 changes of placed orders: 12 renames, 3 attributes that were
// added, 2 that went, and 3 expressions of which one is over another.
func mixed() *model.IR {
	ir := shopIR()
	placed := &ir.Streams[1].Events[0]
	placed.Version = 21
	kept := []string{"CustomerId", "Lines", "ShipTo", "WantedOn", "PromisedAt", "OrderNumber"}
	was := "Ref" // what Reference was called
	for version := 1; version <= 20; version++ {
		u := model.Upcast{Stream: "Order", Event: placed.Name, Version: version, Origin: "changes/2.yaml:1"}
		var list []model.Derive
		for _, name := range kept {
			list = append(list, copied(name, name))
		}
		now := fmt.Sprint("Ref", version)
		if version == 20 {
			now = "Reference"
		}
		switch version {
		case 4, 9, 14: // added
			kept = append(kept, []string{"Rush", "Channel", "Priority"}[version/5])
			list = append(list, model.Derive{Name: kept[len(kept)-1], Expr: []string{"true", "'shop'", "'high'"}[version/5], Type: kindOf([]model.Kind{model.Bool, model.Text, model.Enum}[version/5])})
			if version == 14 {
				list[len(list)-1].Type.Enum = []string{"low", "high"}
			}
			now = was
		case 6, 12, 18: // derived
			u.Reads = reads(model.Text, was)
			list = append(list, derived(now, was+" + '-"+fmt.Sprint(version)+"'", model.Text))
		case 10, 16: // gone
			if version == 10 {
				kept = append(kept[:7], kept[8:]...)
				list = append(list[:7], list[8:]...)
			}
			now = was
		}
		if u.Reads == nil {
			list = append(list, copied(now, was))
		}
		was = now
		u.Into = []model.Into{{Stream: "Order", Event: placed.Name, Version: version + 1, Attributes: list}}
		ir.Upcasts = append(ir.Upcasts, u)
	}
	return ir
}

// BenchmarkUpcast folds placed orders as they are today, and as they were 20 changes ago.
func BenchmarkUpcast(b *testing.B) {
	r := load(b, mixed())
	old := []byte(strings.Replace(string(placedPayload()), `"Reference"`, `"Ref"`, 1))
	read := func(version int, payload []byte) model.Stored {
		events, err := r.Upcast(model.Stored{StreamType: "Order", Name: "OrderPlacedEvent", Version: version, Payload: payload})
		if err != nil || len(events) != 1 {
			b.Fatal(err)
		}
		return events[0]
	}
	today := read(1, old).Payload
	for _, of := range []struct {
		name    string
		version int
		payload []byte
	}{{"current", 21, today}, {"20 steps", 1, old}} {
		b.Run(of.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read(of.version, of.payload)
			}
		})
		b.Run(of.name+" folded", func(b *testing.B) {
			p := r.Projection("Orders")
			b.ReportAllocs()
			for b.Loop() {
				e := read(of.version, of.payload)
				if _, err := p.Fold(nil, model.Fact{Stream: orderID, Name: e.Name, Version: e.Version, Payload: e.Payload}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(of.name+" in bulk", func(b *testing.B) {
			folder := model.NewFolder([]*model.ProjectionType{r.Projection("Orders")})
			s := folder.New(orderID)
			b.ReportAllocs()
			for b.Loop() {
				e := read(of.version, of.payload)
				folder.Fold(s, model.Fact{Stream: orderID, Name: e.Name, Version: e.Version, Payload: e.Payload}, 1)
			}
		})
	}
}
