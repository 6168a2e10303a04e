package change_test

import "testing"

func TestDeleteEvent(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"it says nothing", orderWith("{Reference: text}", place, `- delete event: {event: OrderPrintedEvent, of: Order}`),
			`Order.OrderPrintedEvent/1 {"Copies":2}`, ``},
		{"in any version", orderWith("{Reference: text}", place, "- update attribute: {of: OrderPrintedEvent, attribute: Number, to: Copies}\n-- changes/3.0.yaml --\n- delete event: {event: OrderPrintedEvent, of: Order, attributes: {Copies: int}}"),
			`Order.OrderPrintedEvent/1 {"Number":2}`, ``},
	})
	refuse(t, placedOrder, map[string]string{
		`- delete event: {event: OrderPlacedEvent, of: Order}`:                         `There still is an event "OrderPlacedEvent"`,
		`- delete event: {event: OrderPrintedEvent, of: Ordr}`:                         `did you mean "Order"?`,
		`- delete event: {event: OrderPrintedEvent, of: Order, attributes: {A: what}}`: `"what" is no type`,
		`- delete event: {event: OrderPrintedEvent, of: Order, attributes: {A: text}}
- update attribute: {of: OrderPrintedEvent, attribute: A, to: B}`: `Line 1 already says what becomes of OrderPrintedEvent`,
	})
}
