package change_test

import (
	"fmt"
	"strings"
	"testing"
)

const customer = `-- model.yaml --
name: shop
currency: EUR
-- crm/Customer.yaml --
role: Customer
attributes: {Name: {type: text, optional: true}, OrderId: {type: ref(Order), optional: true}}
commands:
  AssignCustomerCommand: {creates: true, input: [Name], raises: CustomerAssignedEvent}
  PraiseCustomerCommand: {input: [Name, OrderId], raises: CustomerPraisedEvent}
-- orders/Order.yaml --
agreement: Order
attributes: {CustomerId: {type: ref(Customer), optional: true}, Day: {type: date, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [CustomerId], raises: OrderPlacedEvent}
  SendOrderCommand: {input: [Day], raises: OrderSentEvent}
`

func TestMoveEvent(t *testing.T) {
	t.Parallel()
	set := func(op string) string { return customer + "-- changes/2.0.yaml --\n" + op + "\n" }
	move := set("- move event: {event: CustomerPraisedEvent, from: Order, to: Customer, by: CustomerId, as: OrderId}")
	rewritten(t, []rewrite{
		{"by what it says", move, `
			Customer c CustomerAssignedEvent/1 {"Name":"C"}
			Order a CustomerPraisedEvent/1 {"CustomerId":"@c","Name":"x"}`, `
			Customer c CustomerAssignedEvent/1 {"Name":"C"}
			Customer c CustomerPraisedEvent/2 {"Name":"x","OrderId":"@a"}`},
		{"by what its stream says", move, `
			Order a CustomerPraisedEvent/1 {"Name":"x"}
			Order a OrderPlacedEvent/1 {"CustomerId":"@d"}
			Order b OrderPlacedEvent/1 {"CustomerId":"@e"}`, `
			Customer d CustomerPraisedEvent/2 {"Name":"x","OrderId":"@a"}
			Order a OrderPlacedEvent/1 {"CustomerId":"@d"}
			Order b OrderPlacedEvent/1 {"CustomerId":"@e"}`},
		{"by nothing", move, `Order a CustomerPraisedEvent/1 {"CustomerId":null}`,
			fmt.Sprintf("CustomerPraisedEvent of Order %s: nothing in the stream says under CustomerId to which Customer it moves", stream("a"))},
	})
	run(t, []story{{"nobody reads it wrongly", move, `Order.CustomerPraisedEvent/1 {}`, `refused: needs the rewrite of 2.0`}})
	refuse(t, customer, map[string]string{
		`- move event: {event: CustomerPraisedEvent, from: Order, to: Order, by: CustomerId}`:                `it is of Customer`,
		`- move event: {event: CustomerPraisedEvent, from: Ordr, to: Customer, by: CustomerId}`:              `did you mean "Order"?`,
		`- move event: {event: CustomerPraisedEvent, from: Order, to: Customer, by: Name}`:                   `no reference to Customer`,
		`- move event: {event: CustomerPraisedEvent, from: Order, to: Customer, by: CustomerId, as: OrdrId}`: `did you mean "OrderId"?`,
		`- move event: {event: CustomerPraiseEvent, from: Order, to: Customer, by: CustomerId}`:              `did you mean "CustomerPraisedEvent"?`,
		`- move event: {event: CustomerPraisedEvent, from: Order, to: Customer, by: CustomerId}
- update attribute: {of: CustomerPraisedEvent, attribute: N, to: Name}`: `Line 1 already says what becomes of CustomerPraisedEvent`,
	})
	older := compiled(t, strings.NewReplacer("  PraiseCustomerCommand: {input: [Name, OrderId], raises: CustomerPraisedEvent}\n", "",
		"  SendOrder", "  PraiseCustomerCommand: {input: {CustomerId: ~, Name: text}, raises: CustomerPraisedEvent}\n  SendOrder").Replace(customer))
	back, lost := onto(t, older, compiled(t, move))
	if want := "CustomerPraisedEvent: its history was rewritten; the way back is the generation before"; lost != want {
		t.Errorf("lost are %s", lost)
	}
	stays(t, older, back)
}
