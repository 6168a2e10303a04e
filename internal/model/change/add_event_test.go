package change_test

import "testing"

// orderWith is a model of one type with events of its own.
func orderWith(attributes, commands, changes string) string {
	return "-- model.yaml --\nname: shop\ncurrency: EUR\n-- orders/Order.yaml --\nagreement: Order\nattributes: " + attributes +
		"\ncommands:\n" + commands + "\n-- changes/2.0.yaml --\n" + changes + "\n"
}

const (
	place = "  PlaceOrderCommand: {creates: true, input: [Reference], raises: OrderPlacedEvent}\n"
	alter = "  ChangeOrderCommand: {input: [Reference], raises: OrderChangedEvent}\n"
)

const placedOrder = "-- model.yaml --\nname: shop\ncurrency: EUR\n-- orders/Order.yaml --\nagreement: Order\nattributes: {Reference: text}\ncommands:\n" +
	place + alter

func TestAddEvent(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"nothing follows from it", orderWith("{Reference: text}", place+alter, `- add event: {event: OrderChangedEvent}`),
			`Order.OrderChangedEvent/1 {"Reference":"A-1"}`, `Order.OrderChangedEvent/1 {"Reference":"A-1"}`},
		{"under a name that was another's", orderWith("{Reference: text}", place+alter, `
- rename event: {event: OrderPlacedEvent, to: OrderChangedEvent}
- add event: {event: OrderPlacedEvent}`),
			`Order.OrderPlacedEvent/1 {"Reference":"A-1"}`, `Order.OrderChangedEvent/2 {"Reference":"A-1"}`},
		{"and the new one counts on", orderWith("{Reference: text}", place+alter, `
- rename event: {event: OrderPlacedEvent, to: OrderChangedEvent}
- add event: {event: OrderPlacedEvent}`),
			`Order.OrderPlacedEvent/2 {"Reference":"A-1"}`, `Order.OrderPlacedEvent/2 {"Reference":"A-1"}`},
	})
	refuse(t, placedOrder, map[string]string{
		`- add event: {event: OrderPlaceEvent}`: `did you mean "OrderPlacedEvent"?`,
		`- add event: {event: OrderPlacedEvent}
- add event: {event: OrderPlacedEvent}`: `Line 1 already says what becomes of "OrderPlacedEvent"`,
		`- add event: {event: OrderPlacedEvent}
- add attribute: {of: OrderPlacedEvent, attribute: Reference}`: `There is no event "OrderPlacedEvent" at this point`,
	})
}
