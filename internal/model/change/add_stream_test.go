package change_test

import "testing"

func TestAddStream(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"nothing follows from it", order("{Reference: text}", `- add stream: {stream: Order}`),
			`Order.OrderMadeEvent/1 {"Reference":"A-1"}`, `Order.OrderMadeEvent/1 {"Reference":"A-1"}`},
	})
	refuse(t, placedOrder, map[string]string{
		`- add stream: {stream: Ordr}`: `did you mean "Order"?`,
		`- add stream: {stream: Order}
- add stream: {stream: Order}`: `Line 1 already says what becomes of "Order"`,
		`- add stream: {stream: Order}
- rename event: {event: A, to: OrderPlacedEvent}`: `There is no event "OrderPlacedEvent" after 2.0`,
	})
}
