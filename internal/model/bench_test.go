package model_test

import (
	"encoding/json"
	"fmt"
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
