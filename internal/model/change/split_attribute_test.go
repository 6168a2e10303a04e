package change_test

import "testing"

func TestSplitAttribute(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"by expressions", order("{Large: bool, Small: bool}", `- split attribute: {of: OrderMadeEvent, attribute: Size, type: "enum(large, small)", into: {Large: "Size == 'large'", Small: "Size == 'small'"}}`),
			`Order.OrderMadeEvent/1 {"Size":"small"}`, `Order.OrderMadeEvent/2 {"Large":false,"Small":true}`},
		{"one without a value", order("{Net: money, Vat: {type: money, optional: true}}", `- split attribute: {of: OrderMadeEvent, attribute: Total, type: money, into: {Net: {value: Total, else: "money('0')"}, Vat: ~}}`),
			`Order.OrderMadeEvent/1 {"Total":{"amount":"1","currency":"EUR"}}`, `Order.OrderMadeEvent/2 {"Net":{"amount":"1.00","currency":"EUR"}}`},
	})
	refuse(t, plainOrder, map[string]string{
		`- split attribute: {of: OrderMadeEvent, attribute: A, type: text, into: {Reference: A}}`:                    `for one attribute use "update attribute"`,
		`- split attribute: {of: OrderMadeEvent, attribute: A, type: text, into: {Reference: A, Totel: ~}}`:          `did you mean "Total"?`,
		`- split attribute: {of: OrderMadeEvent, attribute: A, type: text, into: {Reference: A, Total: A}}`:          `The expression gives text, but money belongs here`,
		`- split attribute: {of: OrderMadeEvent, attribute: A, type: text, into: {Reference: A, Total: ~}, back: B}`: `There is no "B" here`,
	})
}
