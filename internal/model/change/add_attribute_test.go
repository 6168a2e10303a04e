package change_test

import "testing"

func TestAddAttribute(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"with a constant", order("{Reference: text, Priority: 'enum(low, normal)'}",
			`- add attribute: {of: OrderMadeEvent, attribute: Priority, value: "'low'"}`),
			`Order.OrderMadeEvent/1 {"Reference":"A-1"}`, `Order.OrderMadeEvent/2 {"Reference":"A-1","Priority":"low"}`},
		{"over what it had", order("{Total: money, Vat: money}",
			`- add attribute: {of: OrderMadeEvent, attribute: Vat, value: "round(Total * decimal('0.21'), 2)"}`),
			`Order.OrderMadeEvent/1 {"Total":{"amount":"100","currency":"EUR"}}`,
			`Order.OrderMadeEvent/2 {"Total":{"amount":"100","currency":"EUR"},"Vat":{"amount":"21.00","currency":"EUR"}}`},
		{"or else", order("{Total: money, Rate: {type: 'decimal(9,4)', optional: true}, Share: 'decimal(9,4)'}",
			`- add attribute: {of: OrderMadeEvent, attribute: Share, value: "decimal('1') / Rate", else: "decimal('1')"}`),
			`Order.OrderMadeEvent/1 {}`, `Order.OrderMadeEvent/2 {"Share":"1"}`},
		{"without a value", order("{Reference: text, Remark: {type: text, optional: true}}",
			`- add attribute: {of: OrderMadeEvent, attribute: Remark}`),
			`Order.OrderMadeEvent/1 {"Reference":"A-1","Remark":"never was"}`, `Order.OrderMadeEvent/2 {"Reference":"A-1"}`},
		{"what is current stays", order("{Reference: text}", `- add attribute: {of: OrderMadeEvent, attribute: Reference}`),
			`Order.OrderMadeEvent/2 {"Reference":"A-1"}`, `Order.OrderMadeEvent/2 {"Reference":"A-1"}`},
	})
	refuse(t, plainOrder, map[string]string{
		`- add attribute: {of: OrderMade, attribute: Total}`:                            `did you mean "OrderMadeEvent"?`,
		`- add attribute: {of: OrderMadeEvent, attribute: Totel}`:                       `did you mean "Total"?`,
		`- add attribute: {of: OrderMadeEvent, attribute: Total, value: "Total"}`:       `There is no "Total" here`,
		`- add attribute: {of: OrderMadeEvent, attribute: Total, value: "'much'"}`:      `The expression gives text, but money belongs here`,
		`- add attribute: {of: OrderMadeEvent, attribute: Total, values: "money('1')"}`: `did you mean "value"?`,
		`- add attribute: {of: OrderMadeEvent}`:                                         `The key "attribute" is missing`,
		`- rename attribute: {of: OrderMadeEvent, attribute: Total}`:                    `write "update attribute:`,
		`- {}`: `The operation is missing`,
	})
}
