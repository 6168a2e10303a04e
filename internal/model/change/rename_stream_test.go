package change_test

import "testing"

func TestRenameStream(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"all its events", order("{Reference: text}", `- rename stream: {stream: Purchase, to: Order}`),
			`Purchase.OrderChangedEvent/1 {"Reference":"A-1"}`, `Order.OrderChangedEvent/2 {"Reference":"A-1"}`},
		{"with events and attributes", order("{Reference: text, ParentId: ref(Order)}", `
- rename stream: {stream: Purchase, to: Order}
- rename event: {event: PurchaseMadeEvent, to: OrderMadeEvent}
- update attribute: {of: PurchaseMadeEvent, attribute: Number, to: Reference, from: int, value: "'A'"}
- update attribute: {of: PurchaseMadeEvent, attribute: Parent, to: ParentId, from: ref(Purchase)}`),
			`Purchase.PurchaseMadeEvent/1 {"Number":1,"Parent":"p"}`, `Order.OrderMadeEvent/2 {"Reference":"A","ParentId":"p"}`},
		{"a new type has the old name", order("{Reference: text}", "- rename stream: {stream: Order, to: Quote}\n- add stream: {stream: Order}\n-- orders/Quote.yaml --\nagreement: Quote\nattributes: {Reference: text}\ncommands: {MakeQuoteCommand: {raises: QuoteMadeEvent, input: [Reference]}}\n"),
			`Order.QuoteMadeEvent/1 {"Reference":"A-1"}`, `Quote.QuoteMadeEvent/2 {"Reference":"A-1"}`},
	})
	refuse(t, placedOrder, map[string]string{
		`- rename stream: {stream: Purchase, to: Oder}`: `did you mean "Order"?`,
		`- rename stream: {stream: Order, to: Order}`:   `Order keeps its name`,
		`- rename stream: {stream: A, to: Order}
- rename stream: {stream: B, to: Order}`: `Line 1 already says what becomes of "Order"`,
	})
}
