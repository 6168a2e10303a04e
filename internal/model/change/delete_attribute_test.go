package change_test

import "testing"

func TestDeleteAttribute(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"it is gone", order("{Reference: text}", `- delete attribute: {of: OrderMadeEvent, attribute: Fax, type: text}`),
			`Order.OrderMadeEvent/1 {"Fax":"1","Reference":"A-1"}`, `Order.OrderMadeEvent/2 {"Reference":"A-1"}`},
		{"others can read it", order("{Reference: text}", `
- delete attribute: {of: OrderMadeEvent, attribute: Prefix, type: text}
- update attribute: {of: OrderMadeEvent, attribute: Reference, value: "Prefix + Reference"}`),
			`Order.OrderMadeEvent/1 {"Prefix":"A-","Reference":"1"}`, `Order.OrderMadeEvent/2 {"Reference":"A-1"}`},
		{"of every type", order("{Reference: text}", `
- delete attribute:
    of: OrderMadeEvent
    attribute: Lines
    type: {type: list, key: LineNo, of: {LineNo: int, Price: money, Kind: 'enum(a, b)', Note: {type: text, optional: true}}}
- update attribute: {of: OrderMadeEvent, attribute: Reference, value: "Lines.exists(l, l.Price > money('5')) ? 'dear' : Reference"}`),
			`Order.OrderMadeEvent/1 {"Reference":"x","Lines":[{"LineNo":1,"Price":{"amount":"7","currency":"EUR"}}]}`, `Order.OrderMadeEvent/2 {"Reference":"dear"}`},
	})
	refuse(t, plainOrder, map[string]string{
		`- delete attribute: {of: OrderMadeEvent, attribute: Total, type: money}`:              `still has the attribute "Total"`,
		`- delete attribute: {of: OrderMadeEvent, attribute: Fax, type: txt}`:                  `did you mean "text"?`,
		`- delete attribute: {of: OrderMadeEvent, attribute: Fax, type: decimal(2)}`:           `"decimal(2)" is no type`,
		`- delete attribute: {of: OrderMadeEvent, attribute: Fax, type: ref(Ordr)}`:            `did you mean "Order"?`,
		`- delete attribute: {of: OrderMadeEvent, attribute: Fax, type: {of: {LineNo: int}}}`:  `The list does not say which attribute told its rows apart`,
		`- delete attribute: {of: OrderMadeEvent, attribute: Fax, type: text, back: Referenz}`: `did you mean "Reference"?`,
		`- delete attribute: {of: OrderMadeEvent, attribute: Fax, type: text, back: Total}`:    `The expression gives money, but text belongs here`,
	})
}
