package change_test

import "testing"

func TestRenameEvent(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"its name", orderWith("{Reference: text}", place, `- rename event: {event: OrderMadeEvent, to: OrderPlacedEvent}`),
			`Order.OrderMadeEvent/1 {"Reference":"A-1"}`, `Order.OrderPlacedEvent/2 {"Reference":"A-1"}`},
		{"with its attributes", orderWith("{Reference: text}", place, `
- rename event: {event: OrderMadeEvent, to: OrderPlacedEvent}
- update attribute: {of: OrderMadeEvent, attribute: Number, to: Reference}`),
			`Order.OrderMadeEvent/1 {"Number":"A-1"}`, `Order.OrderPlacedEvent/2 {"Reference":"A-1"}`},
		{"two that change names", orderWith("{Reference: text}", place+alter, `
- rename event: {event: OrderPlacedEvent, to: OrderChangedEvent}
- rename event: {event: OrderChangedEvent, to: OrderPlacedEvent}`),
			`Order.OrderChangedEvent/1 {"Reference":"A-1"}`, `Order.OrderPlacedEvent/2 {"Reference":"A-1"}`},
		{"the count goes on", orderWith("{Reference: text}", place, "- rename event: {event: A, to: B}\n-- changes/3.0.yaml --\n- rename event: {event: B, to: OrderPlacedEvent}"),
			`Order.A/1 {"Reference":"A-1"}`, `Order.OrderPlacedEvent/3 {"Reference":"A-1"}`},
	})
	refuse(t, placedOrder, map[string]string{
		`- rename event: {event: OrderMadeEvent, to: OrderMaidEvent}`:      `There is no event "OrderMaidEvent" after 2.0`,
		`- rename event: {event: OrderChangedEvent, to: OrderPlacedEvent}`: `There still is an event "OrderChangedEvent"`,
		`- rename event: {event: OrderPlacedEvent, to: OrderPlacedEvent}`:  `OrderPlacedEvent keeps its name`,
		`- rename event: {event: OrderMadeEvent, to: OrderPlacedEvent}
- update attribute: {of: OrderPlacedEvent, attribute: Number, to: Reference}`: `before 2.0 it was called OrderMadeEvent`,
	})
}
