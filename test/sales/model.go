package sales

import (
	"encoding/json"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

// The types of the model's attributes.
func text() model.Type     { return model.Type{Kind: model.Text} }
func number() model.Type   { return model.Type{Kind: model.Int} }
func quantity() model.Type { return model.Type{Kind: model.Decimal, Precision: 12, Scale: 3} }
func money() model.Type    { return model.Type{Kind: model.Money} }
func party() model.Type {
	return model.Type{Kind: model.Ref, Targets: []string{"Organisation", "Person"}}
}
func customer() model.Type { return model.Type{Kind: model.Ref, Targets: []string{"Customer"}} }
func status() model.Type {
	return model.Type{Kind: model.Enum, Enum: []string{"placed", "confirmed"}}
}
func lines() model.Type {
	return model.Type{Kind: model.List, Key: "LineId", Of: []model.Attribute{attribute("LineId", text()), attribute("Count", number())}}
}

// Release returns the sales model, changed by the given functions.
func Release(t testing.TB, changes ...func(*model.IR)) *model.Release {
	t.Helper()
	ir := model.IR{
		Format: model.Format, Name: "sales", Currency: "EUR", Values: []model.Value{},
		Streams: []model.Stream{named("Person"), named("Organisation"), customerStream(), order()},
		Projections: []model.Projection{
			lookup("CustomerLookup", "Customer", "PartyId", party(), "CustomerAssignedEvent"),
			lookup("OrganisationLookup", "Organisation", "Name", text(), "OrganisationRegisteredEvent", "OrganisationRenamedEvent"),
			lookup("PersonLookup", "Person", "Name", text(), "PersonRegisteredEvent", "PersonRenamedEvent"),
			orders(), numbersOfOrders(),
		},
		Queries: []model.Query{{
			Name: "GetOrders", From: "Orders", Page: 50, Origin: "test:1", Allow: []string{},
			Filter: []string{"OrderNumber", "CustomerId", "CustomerName", "PartyName", "Status", "Total", "Quantity", "PlacedOn", "PlacedAt", "Paid", "Note"},
			Sort:   []string{"OrderNumber", "CustomerName", "PartyName", "Total", "Quantity", "PlacedOn", "PlacedAt", "Note", "Paid"},
		}, {
			Name: "GetSecretOrders", From: "Orders", Origin: "test:1", Filter: []string{"Status"}, Sort: []string{}, Allow: []string{"controller"},
		}},
	}
	for _, change := range changes {
		change(&ir)
	}
	if ir.Format > 1 {
		orderNumbers(&ir)
	}
	encoded, err := json.Marshal(ir)
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(encoded)
	if err != nil {
		t.Fatalf("load the sales model: %v", err)
	}
	return release
}

func attribute(name string, kind model.Type) model.Attribute {
	return model.Attribute{Name: name, Type: kind, Optional: true, Origin: "test:1"}
}

func event(name string, attributes ...model.Attribute) model.Event {
	return model.Event{Name: name, Version: 1, Attributes: attributes, Origin: "test:1"}
}

func named(name string) model.Stream {
	return model.Stream{
		Name: name, Module: "crm", Stereotype: "entity", ID: name + "Id", Origin: "test:1", Commands: []model.Command{},
		Attributes: []model.Attribute{attribute("Name", text())},
		Events: []model.Event{
			event(name+"RegisteredEvent", attribute("Name", text())),
			event(name+"RenamedEvent", attribute("Name", text())),
		},
	}
}

func customerStream() model.Stream {
	return model.Stream{
		Name: "Customer", Module: "crm", Stereotype: "role", ID: "CustomerId", Origin: "test:1", Commands: []model.Command{},
		Attributes: []model.Attribute{attribute("PartyId", party())},
		Events:     []model.Event{event("CustomerAssignedEvent", attribute("PartyId", party()))},
	}
}

func order() model.Stream {
	attributes := []model.Attribute{
		attribute("OrderNumber", number()), attribute("CustomerId", customer()), attribute("CustomerName", text()),
		attribute("Total", money()), attribute("Quantity", quantity()), attribute("Price", money()),
		attribute("PlacedOn", model.Type{Kind: model.Date}), attribute("PlacedAt", model.Type{Kind: model.Timestamp}),
		attribute("Paid", model.Type{Kind: model.Bool}), attribute("Note", text()), attribute("Lines", lines()),
	}
	placed, confirmed := event("OrderPlacedEvent", attributes...), event("OrderConfirmedEvent")
	placed.To, confirmed.To = "placed", "confirmed"
	return model.Stream{
		Name: "Order", Module: "orders", Stereotype: "agreement", ID: "OrderId", Origin: "test:1", Commands: []model.Command{},
		Attributes: attributes, Lifecycle: []string{"placed", "confirmed"},
		Events: []model.Event{placed, confirmed, event("OrderChangedEvent", attributes...)},
	}
}

func column(name string, kind model.Type, expr string, hops ...model.Hop) model.Column {
	c := model.Column{Name: name, Type: kind, Expr: expr, Join: hops, Origin: "test:1"}
	if expr != "" {
		c.Needs = []string{expr}
	}
	return c
}

func lookup(name, from, shown string, kind model.Type, events ...string) model.Projection {
	return model.Projection{
		Name: name, Helper: true, From: from, Columns: []model.Column{column(shown, kind, shown)}, Events: events,
		Indexes:     []model.Index{{Columns: []string{shown}, Serves: []string{"GetOrders"}}},
		Fingerprint: "0123456789ab", Origin: "test:1",
	}
}

// partyName is the way from an order over its customer to who that is.
func partyName() []model.Hop {
	return []model.Hop{
		{Ref: "CustomerId", Helpers: []string{"CustomerLookup"}, Column: "PartyId"},
		{Ref: "PartyId", Helpers: []string{"OrganisationLookup", "PersonLookup"}, Column: "Name"},
	}
}

func orders() model.Projection {
	amount := column("Amount", money(), "Price * Quantity")
	amount.Needs = []string{"Price", "Quantity"}
	p := model.Projection{
		Name: "Orders", From: "Order", Fingerprint: "0123456789ab", Origin: "test:1",
		Events: []string{"OrderChangedEvent", "OrderConfirmedEvent", "OrderPlacedEvent"},
		Hidden: []string{"Price"},
		Columns: []model.Column{
			column("OrderNumber", number(), "OrderNumber"), column("CustomerId", customer(), "CustomerId"),
			column("CustomerName", text(), "CustomerName", partyName()...), column("PartyName", text(), "", partyName()...),
			column("Status", status(), "Status"), column("Total", money(), "Total"), column("Quantity", quantity(), "Quantity"), amount,
			column("PlacedOn", model.Type{Kind: model.Date}, "PlacedOn"), column("PlacedAt", model.Type{Kind: model.Timestamp}, "PlacedAt"),
			column("Paid", model.Type{Kind: model.Bool}, "Paid"), column("Note", text(), "Note"), column("Lines", lines(), "Lines"),
		},
	}
	for _, name := range []string{"OrderNumber", "CustomerId", "CustomerName", "Status", "Total", "Quantity", "PlacedOn", "PlacedAt", "Paid", "Note"} {
		p.Indexes = append(p.Indexes, model.Index{Columns: []string{name}, Serves: []string{"GetOrders"}})
	}
	return p
}

// numbersOfOrders is a second projection of orders, to go on when the first is parked.
func numbersOfOrders() model.Projection {
	return model.Projection{
		Name: "OrderNumbers", From: "Order", Fingerprint: "ba9876543210", Origin: "test:1",
		Events:  []string{"OrderChangedEvent", "OrderConfirmedEvent", "OrderPlacedEvent"},
		Columns: []model.Column{column("OrderNumber", number(), "OrderNumber"), column("Status", status(), "Status")},
	}
}
