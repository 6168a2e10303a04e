package model_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
)

type event struct{ name, payload string }

func fold(t interface{ Fatal(...any) }, p *model.ProjectionType, row *model.Row, events ...event) *model.Row {
	for _, e := range events {
		next, err := p.Fold(row, model.Fact{Stream: orderID, Name: e.name, Version: 1, Payload: json.RawMessage(e.payload)})
		if err != nil {
			t.Fatal(err)
		}
		row = next
	}
	return row
}

// fromDatabase is the row as a later page finds it: without what the process remembers, and
// with numbers as PostgreSQL gives them back.
func fromDatabase(row *model.Row) *model.Row {
	if row == nil {
		return nil
	}
	back := &model.Row{Key: row.Key, Values: maps.Clone(row.Values), Hidden: row.Hidden}
	for name, value := range back.Values {
		if d, ok := value.(decimal.Decimal); ok {
			back.Values[name] = decimal.RequireFromString(d.StringFixed(10))
		}
	}
	return back
}

func comparable(row *model.Row) string {
	values := map[string]string{}
	for name, value := range row.Values {
		values[name] = fmt.Sprintf("%T %v", value, value)
		if raw, ok := value.(json.RawMessage); ok {
			values[name] = string(raw)
		}
	}
	return fmt.Sprint(row.Key, values, string(row.Hidden))
}

func TestFold(t *testing.T) {
	t.Parallel()
	r := shop(t)
	p := r.Projection("Orders")
	row := fold(t, p, nil, event{"OrderPlacedEvent", fmt.Sprintf(`{"OrderNumber": "SO-1", "CustomerId": %q, "Lines": [%s],
		"ShipTo": {"City": "Leusden"}, "WantedOn": "2026-12-01", "PromisedAt": "2026-11-30T10:00:00Z", "Rush": true}`, customerID, stored)})
	want := map[string]any{
		"OrderNumber": "SO-1", "CustomerId": customerID, "Reference": nil, "Net": decimal.RequireFromString("21"), "NetCurrency": "EUR",
		"Total": nil, "TotalCurrency": nil, "Label": "- placed", "City": "Leusden", "ShipTo": json.RawMessage(`{"City":"Leusden"}`),
		"WantedOn": time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "PromisedAt": time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC),
		"Rush": true, "Size": int64(1),
	}
	for name, value := range want {
		got := row.Values[name]
		if d, ok := value.(decimal.Decimal); ok && d.Equal(got.(decimal.Decimal)) {
			continue
		}
		if !reflect.DeepEqual(got, value) {
			t.Errorf("%s = %T %v, want %T %v", name, got, got, value, value)
		}
	}
	if len(row.Values) != len(want) || row.Key != orderID {
		t.Errorf("the row has %d values: %v", len(row.Values), row.Values)
	}
	if got := string(row.Hidden); got != `{"status":"placed","attributes":{"Lines":[{"LineId":1,"Quantity":"2","UnitPrice":{"amount":"10.50","currency":"EUR"},"Discount":"0"}]}}` {
		t.Errorf("hidden %s", got)
	}
	if p.Table != "order_1a2b3c4d5e6f" || !p.Handles("Order", "OrderPlacedEvent") || p.Handles("Customer", "OrderPlacedEvent") {
		t.Errorf("table %s", p.Table)
	}
}

func TestFoldGoesOnFromTheDatabase(t *testing.T) {
	t.Parallel()
	p := shop(t).Projection("Orders")
	row := fold(t, p, nil, event{"OrderPlacedEvent", `{"Reference": "A", "Lines": [` + stored + `]}`})
	row = fold(t, p, fromDatabase(row), event{"ReferenceChangedEvent", `{"Reference": "B"}`})
	row = fold(t, p, fromDatabase(row), event{"OrderConfirmedEvent", `{"Total": "21.00"}`})
	if row.Values["Label"] != "B confirmed" || row.Values["Size"] != int64(1) || !row.Values["Net"].(decimal.Decimal).Equal(number("21")) {
		t.Errorf("row %v", row.Values)
	}
}

func TestFoldLeavesEmptyWhatCannotBeComputed(t *testing.T) {
	t.Parallel()
	p := shop(t).Projection("Orders")
	row := fold(t, p, nil, event{"OrderPlacedEvent", `{"Lines": [` + stored + `, {"LineId": 2, "Quantity": "1", "UnitPrice": "1 USD", "Discount": "0"}]}`})
	if row.Values["Net"] != nil || row.Values["NetCurrency"] != nil || row.Values["Size"] != int64(2) {
		t.Errorf("row %v", row.Values)
	}
}

func TestFoldErrors(t *testing.T) {
	t.Parallel()
	p := shop(t).Projection("Orders")
	row := fold(t, p, nil, event{"OrderPlacedEvent", `{}`})
	if same, err := p.Fold(row, model.Fact{Stream: orderID, Name: "OrderShippedEvent", Version: 1, Payload: json.RawMessage(`{}`)}); same != row || err != nil {
		t.Errorf("an event it does not handle: %v, %v", same, err)
	}
	if _, err := p.Fold(row, model.Fact{Stream: orderID, Name: "ReferenceChangedEvent", Version: 1, Payload: json.RawMessage(`{"Reference": 7}`)}); err == nil {
		t.Error("a poisonous event was folded")
	}
	broken := &model.Row{Key: orderID, Values: map[string]any{}, Hidden: json.RawMessage(`{"attributes": {"Lines": 7}}`)}
	if _, err := p.Fold(broken, model.Fact{Stream: orderID, Name: "ReferenceChangedEvent", Version: 1, Payload: json.RawMessage(`{}`)}); err == nil {
		t.Error("a broken row was folded")
	}
}

func TestTouches(t *testing.T) {
	t.Parallel()
	r := shop(t)
	if got := r.Touches("Order", "OrderPlacedEvent"); len(got) != 1 || got[0].Name != "Orders" {
		t.Errorf("touches %v", got)
	}
	if got := r.Touches("Customer", "OrderPlacedEvent"); got != nil {
		t.Errorf("touches %v", got)
	}
}

// drawEvents draws a history of an order.
func drawEvents(t *rapid.T) []event {
	amount := rapid.Custom(func(t *rapid.T) string {
		return decimal.New(rapid.Int64Range(0, 1_000_000_000).Draw(t, "digits"), -rapid.Int32Range(0, 3).Draw(t, "scale")).String()
	})
	lines := func() string {
		text := ""
		for i := range rapid.IntRange(0, 4).Draw(t, "lines") {
			if i > 0 {
				text += ","
			}
			text += fmt.Sprintf(`{"LineId": %d, "Quantity": %q, "UnitPrice": %q, "Discount": "0.1"}`, i, amount.Draw(t, "quantity"), amount.Draw(t, "price")+rapid.SampledFrom([]string{"", " EUR", " USD"}).Draw(t, "currency"))
		}
		return `"Lines": [` + text + `]`
	}
	reference := func() string {
		text, _ := json.Marshal(rapid.Ptr(rapid.StringN(0, 20, -1), true).Draw(t, "reference"))
		return `"Reference": ` + string(text)
	}
	events := []event{{"OrderPlacedEvent", `{` + reference() + `,` + lines() + `, "ShipTo": {"City": "x", "Street": "y"}, "WantedOn": "2026-01-31", "PromisedAt": "2026-01-31T23:59:59.000001Z", "Rush": false}`}}
	for range rapid.IntRange(0, 6).Draw(t, "changes") {
		events = append(events, rapid.SampledFrom([]func() event{
			func() event { return event{"ReferenceChangedEvent", `{` + reference() + `}`} },
			func() event { return event{"LinesChangedEvent", `{` + lines() + `}`} },
			func() event { return event{"OrderConfirmedEvent", `{"Total": "` + amount.Draw(t, "total") + `"}`} },
			func() event { return event{"OrderCancelledEvent", `{}`} },
		}).Draw(t, "change")())
	}
	return events
}

// Wherever a page of events ends, and whatever the process forgets there, the rows are the
// same; and they show what the folded state has.
func TestFoldIsTheSameInPagesOfAnySize(t *testing.T) {
	t.Parallel()
	r := shop(t)
	p := r.Projection("Orders")
	rapid.Check(t, func(rt *rapid.T) {
		events := drawEvents(rt)
		whole := fold(rt, p, nil, events...)
		var paged *model.Row
		for _, e := range events {
			if rapid.Bool().Draw(rt, "page ends") {
				paged = fromDatabase(paged)
			}
			paged = fold(rt, p, paged, e)
		}
		if a, b := comparable(whole), comparable(paged); a != b {
			rt.Fatalf("whole %s\npaged %s", a, b)
		}
		state := r.Stream("Order").Empty()
		for _, e := range events {
			var err error
			if state, err = r.Stream("Order").Apply(state, e.name, 1, json.RawMessage(e.payload)); err != nil {
				rt.Fatal(err)
			}
		}
		if reference, _ := state.Get("Reference"); reference != whole.Values["Reference"] {
			rt.Fatalf("the state has %v, the row %v", reference, whole.Values["Reference"])
		}
	})
}

func TestStatesSurviveSnapshots(t *testing.T) {
	t.Parallel()
	r := shop(t)
	rapid.Check(t, func(rt *rapid.T) {
		state := r.Stream("Order").Empty()
		for _, e := range drawEvents(rt) {
			next, err := r.Stream("Order").Apply(state, e.name, 1, json.RawMessage(e.payload))
			if err != nil {
				rt.Fatal(err)
			}
			state = next
		}
		roundTrip(t, r, "Order", state)
	})
}

// Whatever amounts come in come out, to the last digit.
func TestAmountsAreExact(t *testing.T) {
	t.Parallel()
	r := shop(t)
	rapid.Check(t, func(rt *rapid.T) {
		price := decimal.New(rapid.Int64Range(0, 999_999_999_999_999_999).Draw(rt, "digits"), -4)
		body := fmt.Sprintf(`{"Lines": [{"LineId": 1, "Quantity": "0.001", "UnitPrice": %s}, {"LineId": 2, "Quantity": 1, "UnitPrice": "%s SEK"}]}`, price, price)
		if _, err := r.Command("PlaceOrderCommand").Parse(json.RawMessage(body)); err != nil {
			rt.Fatal(err)
		}
		body = fmt.Sprintf(`{"Lines": [{"LineId": 1, "Quantity": "1", "UnitPrice": %s}, {"LineId": 2, "Quantity": "0.001", "UnitPrice": "0.0001"}]}`, price)
		out, err := when(t, r, "PlaceOrderCommand", body, nil, map[uuid.UUID]*model.State{})
		if err != nil {
			rt.Fatal(err)
		}
		row := fold(rt, r.Projection("Orders"), nil, event{"OrderPlacedEvent", string(out.Events[0].Payload)})
		if want := price.Add(number("0.0000001")); !row.Values["Net"].(decimal.Decimal).Equal(want) {
			rt.Fatalf("Net = %v, want %v", row.Values["Net"], want)
		}
	})
}
