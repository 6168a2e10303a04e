package change_test

import "testing"

func TestMergeEvents(t *testing.T) {
	t.Parallel()
	merge := orderWith("{Reference: text, Reason: {type: text, optional: true}}", `
  PlaceOrderCommand: {creates: true, input: [Reference], raises: OrderPlacedEvent}
  ChangeOrderCommand: {input: [Reference, Reason], raises: OrderChangedEvent}`, `
- merge events:
    events:
      OrderChangedEvent:
      OrderRenumberedEvent: {attributes: {Number: int}, values: {Reference: "Number > 9 ? 'many' : 'few'", Reason: "'renumbered'"}}
    into: OrderChangedEvent
    back:
      OrderRenumberedEvent: {when: "Reason == 'renumbered'", values: {Number: "1"}}
      OrderChangedEvent: {when: "Reason != 'renumbered'"}`)
	run(t, []story{
		{"one that keeps all", merge, `Order.OrderChangedEvent/1 {"Reference":"A-1"}`, `Order.OrderChangedEvent/2 {"Reference":"A-1"}`},
		{"one by expressions", merge, `Order.OrderRenumberedEvent/1 {"Number":12}`, `Order.OrderChangedEvent/2 {"Reference":"many","Reason":"renumbered"}`},
	})
	refuse(t, placedOrder, map[string]string{
		`- merge events: {events: {OrderMadeEvent: ~}, into: OrderPlacedEvent}`:                                                        `for one event use "rename event"`,
		`- merge events: {events: {OrderMadeEvent: ~, B: ~}, into: OrderPlaceEvent}`:                                                   `did you mean "OrderPlacedEvent"?`,
		`- merge events: {events: {OrderChangedEvent: ~, B: ~}, into: OrderPlacedEvent}`:                                               `There still is an event "OrderChangedEvent"`,
		`- merge events: {events: {A: {values: {Referenz: "'x'"}}, B: ~}, into: OrderPlacedEvent}`:                                     `OrderPlacedEvent has no attribute "Referenz"`,
		`- merge events: {events: {A: {values: {Reference: "1"}}, B: ~}, into: OrderPlacedEvent}`:                                      `The expression gives int, but text belongs here`,
		`- merge events: {events: {A: {attributes: {Reference: int}}, B: ~}, into: OrderPlacedEvent}`:                                  `its value cannot stay as it was`,
		`- merge events: {events: {A: ~, B: ~}, into: OrderPlacedEvent, back: {C: ~}}`:                                                 `"C" is none of the events that are merged`,
		`- merge events: {events: {A: ~, B: ~}, into: OrderPlacedEvent, back: {A: {when: Reference}}}`:                                 `The expression gives text, but bool belongs here`,
		`- merge events: {events: {A: {attributes: {No1: int}}, B: ~}, into: OrderPlacedEvent, back: {A: {values: {No1: Reference}}}}`: `The expression gives text, but int belongs here`,
	})
}
