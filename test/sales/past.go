package sales

import (
	"maps"

	"github.com/polderhq/polder/internal/model"
)

// WithPast is a change for Release: the model had other events before, which are read by
// upcasts.
//
//	OrderPlacedEvent   version 1 called the number Number and kept the total as a decimal, Sum;
//	                   version 2 called it Amount, which is money. 3 is current
//	OrderAmendedEvent  became OrderChangedEvent, and OrderConfirmedEvent where it says Confirmed
//	OrderViewedEvent   became nothing
//	Client             is what customers were called, ClientAssignedEvent what happened to them
//	PersonNamedEvent   had a First and a Last name; a person without one of them cannot be read
func WithPast(ir *model.IR) {
	placed := event("OrderPlacedEvent")
	for i := range ir.Streams {
		for j := range ir.Streams[i].Events {
			if e := &ir.Streams[i].Events[j]; e.Name == placed.Name {
				e.Version = 3
				placed = *e
			}
		}
	}
	sum := attribute("Sum", model.Type{Kind: model.Decimal})
	first, last := attribute("First", text()), attribute("Last", text())
	confirmed := attribute("Confirmed", model.Type{Kind: model.Bool})
	ir.Upcasts = []model.Upcast{
		step("Client", "ClientAssignedEvent", nil, becomes("Customer", "CustomerAssignedEvent", 1, same("PartyId"))),
		step("Order", "OrderAmendedEvent", []model.Attribute{confirmed}, becomes("Order", "OrderChangedEvent", 1, same("Note"), same("Price")),
			when("Confirmed == true", becomes("Order", "OrderConfirmedEvent", 1))),
		step("Order", placed.Name, []model.Attribute{sum}, becomes("Order", placed.Name, 2, append(rest(placed, "OrderNumber", "Total"),
			model.Derive{Name: "OrderNumber", From: "Number"}, model.Derive{Name: "Amount", Expr: "money(Sum, 'EUR')", Type: &model.Type{Kind: model.Money}})...)),
		step("Order", placed.Name, nil, becomes("Order", placed.Name, 3, append(rest(placed, "Total"), model.Derive{Name: "Total", From: "Amount"})...)),
		step("Order", "OrderViewedEvent", nil),
		step("Person", "PersonNamedEvent", []model.Attribute{first, last}, becomes("Person", "PersonRegisteredEvent", 1,
			model.Derive{Name: "Name", Expr: "First + ' ' + Last", Type: &model.Type{Kind: model.Text}})),
	}
	ir.Upcasts[3].Version = 2
}

func step(stream, event string, reads []model.Attribute, into ...model.Into) model.Upcast {
	return model.Upcast{Stream: stream, Event: event, Version: 1, Reads: reads, Into: into, Origin: "changes/2.yaml:1"}
}

func becomes(stream, event string, version int, attributes ...model.Derive) model.Into {
	return model.Into{Stream: stream, Event: event, Version: version, Attributes: attributes}
}

func when(condition string, into model.Into) model.Into {
	into.When = condition
	return into
}

func same(name string) model.Derive { return model.Derive{Name: name, From: name} }

// rest are the attributes of the event but for some.
func rest(e model.Event, but ...string) (list []model.Derive) {
	for _, a := range e.Attributes {
		kept := true
		for _, name := range but {
			kept = kept && a.Name != name
		}
		if kept {
			list = append(list, same(a.Name))
		}
	}
	return list
}

// Past returns the events as they would have been stored before the changes of WithPast,
// where they could have been.
func Past(events []Event) []Event {
	past := make([]Event, len(events))
	for i, e := range events {
		past[i] = e
		was := &past[i]
		was.Payload = maps.Clone(e.Payload)
		switch e.Name {
		case "CustomerAssignedEvent":
			was.Type, was.Name, was.Version = "Client", "ClientAssignedEvent", 1
		case "OrderPlacedEvent":
			was.placed(1 + i%3)
		}
	}
	return past
}

// placed makes an order's event one of that version.
func (e *Event) placed(version int) {
	total, _ := e.Payload["Total"].(Fields)
	if total != nil && version == 1 && total["currency"] != "EUR" {
		version = 2
	}
	e.Version = version
	if version < 3 {
		rename(e.Payload, "Total", "Amount")
	}
	if version == 1 {
		rename(e.Payload, "OrderNumber", "Number")
		rename(e.Payload, "Amount", "Sum")
		if total != nil {
			e.Payload["Sum"] = total["amount"]
		}
	}
}

func rename(f Fields, from, to string) {
	if value, has := f[from]; has {
		delete(f, from)
		f[to] = value
	}
}
