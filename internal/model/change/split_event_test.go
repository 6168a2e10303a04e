package change_test

import "testing"

func TestSplitEvent(t *testing.T) {
	t.Parallel()
	split := orderWith("{Reference: text, Paid: bool}", `
  PlaceOrderCommand: {creates: true, input: [Reference], raises: OrderPlacedEvent}
  PayOrderCommand: {input: [Paid], raises: OrderPaidEvent}`, `
- split event:
    event: OrderMadeEvent
    attributes: {Cash: bool}
    into:
      OrderPlacedEvent:
      OrderPaidEvent: {when: Cash, values: {Paid: "true"}}
    back:
      OrderPlacedEvent: {values: {Cash: "false"}}`)
	run(t, []story{
		{"into all whose condition holds", split, `Order.OrderMadeEvent/1 {"Reference":"A-1","Cash":true}`,
			"Order.OrderPlacedEvent/2 {\"Reference\":\"A-1\"}\nOrder.OrderPaidEvent/2 {\"Paid\":true}"},
		{"and not into others", split, `Order.OrderMadeEvent/1 {"Reference":"A-1","Cash":false}`, `Order.OrderPlacedEvent/2 {"Reference":"A-1"}`},
		{"one keeps the name", orderWith("{Reference: text}", place+alter, `
- split event: {event: OrderPlacedEvent, into: {OrderPlacedEvent: {when: "Reference != ''"}, OrderChangedEvent: {when: "Reference == ''", values: {Reference: "'none'"}}}}`),
			`Order.OrderPlacedEvent/1 {"Reference":""}`, `Order.OrderChangedEvent/2 {"Reference":"none"}`},
	})
	refuse(t, placedOrder, map[string]string{
		`- split event: {event: A, into: {}}`:                                                                          `use "delete event"`,
		`- split event: {event: A, into: {OrderPlacedEvent: {when: Reference}}}`:                                       `The expression gives text, but bool belongs here`,
		`- split event: {event: A, into: {OrderPlaceEvent: ~}}`:                                                        `did you mean "OrderPlacedEvent"?`,
		`- split event: {event: OrderChangedEvent, into: {OrderPlacedEvent: ~}}`:                                       `There still is an event "OrderChangedEvent"`,
		`- split event: {event: A, into: {OrderPlacedEvent: {values: {Referenz: "'x'"}}}}`:                             `OrderPlacedEvent has no attribute "Referenz"`,
		`- split event: {event: A, into: {OrderPlacedEvent: ~}, back: {B: ~}}`:                                         `A does not become "B"`,
		`- split event: {event: A, into: {OrderPlacedEvent: ~}, back: {OrderPlacedEvent: {values: {Reference: "1"}}}}`: `The expression gives int, but text belongs here`,
	})
}
