package model_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

// The tests run a small shop, written as the compiler would write it.

var (
	customerID = uuid.MustParse("0b81b458-7671-4e9b-844b-9934255f5406")
	orderID    = uuid.MustParse("7c9e6679-7425-40de-944b-e07fc1f90ae7")
	productID  = uuid.MustParse("16fd2706-8baf-433b-82eb-8c7fada847da")
	commandID  = uuid.MustParse("6ba7b810-9dad-41d1-80b4-00c04fd430c8")
	today      = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
)

func text(name, max string, optional bool) model.Attribute {
	return model.Attribute{Name: name, Type: model.Type{Kind: model.Text, Max: max}, Optional: optional, Origin: "shop.yaml:1"}
}

func of(name string, t model.Type, optional bool) model.Attribute {
	return model.Attribute{Name: name, Type: t, Optional: optional, Origin: "shop.yaml:2"}
}

func lines() model.Attribute {
	return of("Lines", model.Type{Kind: model.List, Min: "1", Key: "LineId", Of: []model.Attribute{
		of("LineId", model.Type{Kind: model.Int}, false),
		of("ProductId", model.Type{Kind: model.Ref, Targets: []string{"Product"}}, true),
		of("Quantity", model.Type{Kind: model.Decimal, Precision: 12, Scale: 3, Min: "0.001"}, false),
		of("UnitPrice", model.Type{Kind: model.Money, Min: "0"}, false),
		{Name: "Discount", Type: model.Type{Kind: model.Decimal, Precision: 3, Scale: 2}, Default: "decimal('0')", Origin: "shop.yaml:3"},
	}}, false)
}

func shopIR() *model.IR {
	return &model.IR{
		Format: model.Format, Name: "shop", Currency: "EUR",
		Values: []model.Value{{Name: "Address", Origin: "Address.yaml:1", Attributes: []model.Attribute{
			text("Street", "60", true), text("City", "40", false)}}},
		Streams:     []model.Stream{customer(), order(), {Name: "Product", ID: "ProductId", Attributes: []model.Attribute{text("Name", "40", false)}, Commands: []model.Command{{Name: "AddProductCommand", Creates: true, Input: []model.Attribute{text("Name", "40", false)}, Raises: []model.Raise{{Event: "ProductAddedEvent"}}}}, Events: []model.Event{{Name: "ProductAddedEvent", Version: 1, Attributes: []model.Attribute{text("Name", "40", false)}}}}},
		Projections: []model.Projection{orders()},
		Queries:     []model.Query{{Name: "GetOrders", From: "Orders", Page: 50}},
	}
}

func customer() model.Stream {
	name, vat := text("Name", "40", false), text("VatNumber", "20", true)
	vat.Type.Pattern = `[A-Z]{2}[0-9]+.*`
	spending := of("SpendingLimit", model.Type{Kind: model.Money}, true)
	return model.Stream{
		Name: "Customer", ID: "CustomerId", Origin: "Customer.yaml:1",
		Attributes: []model.Attribute{name, vat, spending},
		Uniques:    []model.Unique{{Name: "VatNumber", Key: []string{"VatNumber"}, Origin: "Customer.yaml:9"}},
		Limits:     []model.Limit{{Name: "Credit", Max: "SpendingLimit", Origin: "Customer.yaml:10"}},
		Commands: []model.Command{
			{Name: "RegisterCustomerCommand", Creates: true, Input: []model.Attribute{name, vat, spending}, Raises: []model.Raise{{Event: "CustomerRegisteredEvent"}}},
			{Name: "ChangeVatCommand", Input: []model.Attribute{vat}, Raises: []model.Raise{{Event: "VatChangedEvent"}}},
		},
		Events: []model.Event{
			{Name: "CustomerRegisteredEvent", Version: 1, Attributes: []model.Attribute{name, vat, spending}},
			{Name: "VatChangedEvent", Version: 1, Attributes: []model.Attribute{vat}},
		},
	}
}

func order() model.Stream {
	customer := of("CustomerId", model.Type{Kind: model.Ref, Targets: []string{"Customer"}}, true)
	reference, address := text("Reference", "20", true), of("ShipTo", model.Type{Kind: model.Object, Value: "Address"}, true)
	wanted, priority := of("WantedOn", model.Type{Kind: model.Date}, true), of("Priority", model.Type{Kind: model.Enum, Enum: []string{"low", "high"}}, true)
	at, rush := of("PromisedAt", model.Type{Kind: model.Timestamp}, true), of("Rush", model.Type{Kind: model.Bool}, true)
	total := of("Total", model.Type{Kind: model.Money}, true)
	number := text("OrderNumber", "20", true)
	placed := []model.Attribute{customer, reference, lines(), address, wanted, priority, at, rush}
	placedEvent := append(append([]model.Attribute{}, placed...), number)
	credit := func(delta string) []model.LimitClaim {
		return []model.LimitClaim{{Limit: "Customer.Credit", Via: "CustomerId", Delta: delta, Override: "controller", Origin: "Order.yaml:30"}}
	}
	cancelled := credit("-Net")
	cancelled[0].When = "this.Status == 'confirmed'"
	return model.Stream{
		Name: "Order", ID: "OrderId", Origin: "Order.yaml:1",
		Attributes: append(append([]model.Attribute{}, placedEvent...), total),
		Computes: []model.Compute{
			{Name: "Net", Type: model.Type{Kind: model.Money}, Expr: "Lines.sum(l, l.Quantity * l.UnitPrice * (1 - l.Discount))", Origin: "Order.yaml:11"},
			{Name: "Big", Type: model.Type{Kind: model.Bool}, Expr: "Net > money('1000')", Origin: "Order.yaml:12"},
		},
		Lifecycle: []string{"placed", "confirmed", "cancelled"},
		Number:    &model.Number{Attribute: "OrderNumber", Series: "SO-{yyyy}-{#####}", At: "OrderPlacedEvent"},
		Commands: []model.Command{
			{Name: "PlaceOrderCommand", Creates: true, Input: placed, Origin: "Order.yaml:20",
				Require: []model.Rule{
					{That: "this == null && !has(this.Net) && OrderId != ''", Else: "It is new", Origin: "Order.yaml:19"},
					{That: "Reference == null || Reference != 'forbidden'", Else: "That reference is not allowed", Origin: "Order.yaml:21"},
					{That: "Net > money('0')", Else: "An order is worth something", Origin: "Order.yaml:22"}},
				Raises: []model.Raise{{Event: "OrderPlacedEvent"}}},
			{Name: "ChangeOrderCommand", In: []string{"placed"}, Origin: "Order.yaml:24",
				Input:   []model.Attribute{reference, optional(lines())},
				Require: []model.Rule{{That: "Net <= this.Net + money('500')", Else: "It cannot grow that much", Origin: "Order.yaml:25"}},
				Raises: []model.Raise{
					{Event: "ReferenceChangedEvent", When: "Reference != this.Reference"},
					{Event: "LinesChangedEvent", When: "has(Lines)"}}},
			{Name: "ConfirmOrderCommand", In: []string{"placed"}, Allow: []string{"sales", "controller"}, Origin: "Order.yaml:26",
				Raises: []model.Raise{{Event: "OrderConfirmedEvent", With: map[string]string{"Total": "round(Net, 2)"}, Origin: "Order.yaml:27"}}},
			{Name: "CancelOrderCommand", In: []string{"placed", "confirmed"}, Raises: []model.Raise{{Event: "OrderCancelledEvent"}}},
		},
		Events: []model.Event{
			{Name: "OrderPlacedEvent", Version: 1, To: "placed", Attributes: placedEvent},
			{Name: "ReferenceChangedEvent", Version: 1, Attributes: []model.Attribute{reference}},
			{Name: "LinesChangedEvent", Version: 1, Attributes: []model.Attribute{lines()}},
			{Name: "OrderConfirmedEvent", Version: 2, To: "confirmed", Attributes: []model.Attribute{total}, Claims: credit("Net")},
			{Name: "OrderCancelledEvent", Version: 1, To: "cancelled", Claims: cancelled},
		},
	}
}

func optional(a model.Attribute) model.Attribute {
	a.Optional = true
	return a
}

func orders() model.Projection {
	column := func(name string, t model.Type, source string) model.Column {
		return model.Column{Name: name, Type: t, Expr: source, Origin: "Order.yaml:40"}
	}
	return model.Projection{
		Name: "Orders", From: "Order", Fingerprint: "1a2b3c4d5e6f", Origin: "Order.yaml:39",
		Columns: []model.Column{
			column("OrderNumber", model.Type{Kind: model.Text}, "OrderNumber"),
			column("CustomerId", model.Type{Kind: model.Ref}, "CustomerId"),
			{Name: "CustomerName", Type: model.Type{Kind: model.Text}, Join: []model.Hop{{Ref: "CustomerId", Column: "Name"}}},
			column("Reference", model.Type{Kind: model.Text}, "Reference"),
			column("Net", model.Type{Kind: model.Money}, "Net"),
			column("Total", model.Type{Kind: model.Money}, "Total"),
			column("Label", model.Type{Kind: model.Text}, "or(Reference, '-') + ' ' + or(Status, '?')"),
			column("City", model.Type{Kind: model.Text}, "ShipTo.City"),
			column("ShipTo", model.Type{Kind: model.Object, Value: "Address"}, "ShipTo"),
			column("WantedOn", model.Type{Kind: model.Date}, "WantedOn"),
			column("PromisedAt", model.Type{Kind: model.Timestamp}, "PromisedAt"),
			column("Rush", model.Type{Kind: model.Bool}, "Rush"),
			column("Size", model.Type{Kind: model.Int}, "size(Lines)"),
		},
		Events: []string{"LinesChangedEvent", "OrderCancelledEvent", "OrderConfirmedEvent", "OrderPlacedEvent", "ReferenceChangedEvent"},
	}
}

func load(t testing.TB, ir *model.IR) *model.Release {
	t.Helper()
	text, err := model.Canonical(ir)
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

func shop(t testing.TB) *model.Release { return load(t, shopIR()) }

// given folds events into a state; each is a name and a payload.
func given(t testing.TB, r *model.Release, stream string, events ...string) *model.State {
	t.Helper()
	s := r.Stream(stream).Empty()
	for i := 0; i < len(events); i += 2 {
		next, err := r.Stream(stream).Apply(s, events[i], 1, json.RawMessage(events[i+1]))
		if err != nil {
			t.Fatal(err)
		}
		s = next
	}
	return s
}

// when decides a command on a stream, with the others at hand.
func when(t testing.TB, r *model.Release, command, body string, own *model.State, others map[uuid.UUID]*model.State, roles ...string) (*model.Outcome, error) {
	t.Helper()
	c := r.Command(command)
	in, err := c.Parse(json.RawMessage(body))
	if err != nil {
		return nil, err
	}
	return c.Decide(model.Decision{
		CommandID: commandID, StreamID: c.StreamID(in, commandID), Input: in, Own: own, Others: others, Now: today, Roles: roles,
	})
}
