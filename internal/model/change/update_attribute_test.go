package change_test

import "testing"

func TestUpdateAttribute(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"its name", order("{CustomerReference: text}", `- update attribute: {of: OrderMadeEvent, attribute: Reference, to: CustomerReference}`),
			`Order.OrderMadeEvent/1 {"Reference":"A-1"}`, `Order.OrderMadeEvent/2 {"CustomerReference":"A-1"}`},
		{"its value", order("{Reference: text}", `- update attribute: {of: OrderMadeEvent, attribute: Reference, value: "'A-' + Reference"}`),
			`Order.OrderMadeEvent/1 {"Reference":"1"}`, `Order.OrderMadeEvent/2 {"Reference":"A-1"}`},
		{"its type", order("{Total: money}", `- update attribute: {of: OrderMadeEvent, attribute: Total, from: "decimal(12,2)", value: "money(Total, 'EUR')"}`),
			`Order.OrderMadeEvent/1 {"Total":"7.50"}`, `Order.OrderMadeEvent/2 {"Total":{"amount":"7.50","currency":"EUR"}}`},
		{"a type that reads as it was stored", order("{Weight: 'decimal(9,3)'}", `- update attribute: {of: OrderMadeEvent, attribute: Grams, to: Weight, from: int}`),
			`Order.OrderMadeEvent/1 {"Grams":12}`, `Order.OrderMadeEvent/2 {"Weight":12}`},
		{"two that change names", order("{Billing: text, Shipping: text}", `
- update attribute: {of: OrderMadeEvent, attribute: Billing, to: Shipping}
- update attribute: {of: OrderMadeEvent, attribute: Shipping, to: Billing}`),
			`Order.OrderMadeEvent/1 {"Billing":"b","Shipping":"s"}`, `Order.OrderMadeEvent/2 {"Billing":"s","Shipping":"b"}`},
		{"over two sets", order("{C: text}", "- update attribute: {of: OrderMadeEvent, attribute: A, to: B}\n-- changes/3.0.yaml --\n- update attribute: {of: OrderMadeEvent, attribute: B, to: C}"),
			`Order.OrderMadeEvent/1 {"A":"a"}`, `Order.OrderMadeEvent/3 {"C":"a"}`},
	})
	refuse(t, plainOrder, map[string]string{
		`- update attribute: {of: OrderMadeEvent, attribute: Total}`:                                                                `Nothing of Total changes`,
		`- update attribute: {of: OrderMadeEvent, attribute: Total, from: int}`:                                                     `Total was int and is money: its value cannot stay as it was`,
		`- update attribute: {of: OrderMadeEvent, attribute: Reference, to: Name}`:                                                  `has no attribute "Name" after 2.0`,
		`- update attribute: {of: OrderMadeEvent, attribute: Reference, to: Total}`:                                                 `still has the attribute "Reference"`,
		`- update attribute: {of: OrderMadeEvent, attribute: Total, from: int, value: "money(decimal(Total), 'EUR')", back: Total}`: `money`,
	})
}
