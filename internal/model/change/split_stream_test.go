package change_test

import (
	"strings"
	"testing"
)

const delivery = `-- model.yaml --
name: shop
currency: EUR
-- orders/Delivery.yaml --
activity: Delivery
attributes: {Day: {type: date, optional: true}, OrderId: {type: ref(Order), optional: true}}
commands:
  SendDeliveryCommand: {creates: true, input: [Day, OrderId], raises: OrderSentEvent}
  DelayDeliveryCommand: {input: [Day], raises: DeliveryDelayedEvent}
-- orders/Order.yaml --
agreement: Order
attributes: {Reference: {type: text, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [Reference], raises: OrderPlacedEvent}
`

func TestSplitStream(t *testing.T) {
	t.Parallel()
	split := delivery + "-- changes/2.0.yaml --\n- split stream: {stream: Order, events: [OrderSentEvent, DeliveryDelayedEvent], into: Delivery, as: OrderId}\n"
	split = strings.Replace(split, "input: [Day], raises: Del", "input: [Day, OrderId], raises: Del", 1)
	rewritten(t, []rewrite{
		{"a stream beside each", split, `
			Order a OrderPlacedEvent/1 {"Reference":"A-1"}
			Order a OrderSentEvent/1 {"Day":"2026-11-23"}
			Order b OrderPlacedEvent/1 {}
			Order a DeliveryDelayedEvent/1 {"Day":"2026-11-24"}`, `
			Order a OrderPlacedEvent/1 {"Reference":"A-1"}
			Delivery a' OrderSentEvent/2 {"Day":"2026-11-23","OrderId":"@a"}
			Order b OrderPlacedEvent/1 {}
			Delivery a' DeliveryDelayedEvent/2 {"Day":"2026-11-24","OrderId":"@a"}`},
		{"without a reference", delivery + "-- changes/2.0.yaml --\n- split stream: {stream: Order, events: [OrderSentEvent, DeliveryDelayedEvent], into: Delivery}\n",
			`Order a OrderSentEvent/1 {"Day":"2026-11-23"}`, `Delivery a' OrderSentEvent/2 {"Day":"2026-11-23"}`},
	})
	run(t, []story{{"nobody reads it wrongly", split, `Order.OrderSentEvent/1 {}`, `refused: needs the rewrite of 2.0`}})
	refuse(t, strings.Replace(delivery, "input: [Day], raises: Del", "input: [Day, OrderId], raises: Del", 1), map[string]string{
		`- split stream: {stream: Order, events: [OrderSentEvent], into: Delivery}`:                                   `Delivery is not new: it has DeliveryDelayedEvent`,
		`- split stream: {stream: Order, events: [], into: Delivery}`:                                                 `No event of Delivery is named`,
		`- split stream: {stream: Ordr, events: [OrderSentEvent, DeliveryDelayedEvent], into: Delivery}`:              `did you mean "Order"?`,
		`- split stream: {stream: Order, events: [OrderPlacedEvent], into: Delivery}`:                                 `OrderPlacedEvent is not of Delivery`,
		`- split stream: {stream: Order, events: [OrderSentEvent, DeliveryDelayedEvent], into: Delivery, as: OrdrId}`: `did you mean "OrderId"?`,
	})
	older := compiled(t, strings.Replace(delivery[:strings.Index(delivery, "-- orders/Del")]+delivery[strings.Index(delivery, "-- orders/Order"):], "commands:\n",
		"commands:\n  SendOrderCommand: {input: {Day: date}, raises: OrderSentEvent}\n  DelayOrderCommand: {input: {Day: date}, raises: DeliveryDelayedEvent}\n", 1)+
		"events:\n  OrderSentEvent: {attributes: [Day, Reference]}\n  DeliveryDelayedEvent: {attributes: [Day, Reference]}\n")
	back, _ := onto(t, older, compiled(t, split))
	stays(t, older, back)
	again, _ := onto(t, compiled(t, split), back)
	stays(t, compiled(t, split), again)
}
