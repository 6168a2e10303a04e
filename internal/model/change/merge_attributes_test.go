package change_test

import "testing"

func TestMergeAttributes(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"by an expression", order("{Address: text}", `- merge attributes: {of: OrderMadeEvent, attributes: {Street: text, House: text}, into: Address, value: "Street + ' ' + House"}`),
			`Order.OrderMadeEvent/1 {"Street":"Laan","House":"7"}`, `Order.OrderMadeEvent/2 {"Address":"Laan 7"}`},
		{"into one of them", order("{Street: text}", `- merge attributes: {of: OrderMadeEvent, attributes: {Street: text, House: text}, into: Street, value: "Street + ' ' + House", else: Street}`),
			`Order.OrderMadeEvent/1 {"Street":"Laan"}`, `Order.OrderMadeEvent/2 {"Street":"Laan"}`},
	})
	refuse(t, plainOrder, map[string]string{
		`- merge attributes: {of: OrderMadeEvent, attributes: {A: text}, into: Reference, value: A}`:                            `for one attribute use "update attribute"`,
		`- merge attributes: {of: OrderMadeEvent, attributes: {A: text, B: text}, into: Reference}`:                             `The key "value" is missing`,
		`- merge attributes: {of: OrderMadeEvent, attributes: {A: text, B: text}, into: Referenz, value: A}`:                    `did you mean "Reference"?`,
		`- merge attributes: {of: OrderMadeEvent, attributes: {A: text, B: text}, into: Reference, value: A, back: {C: "'c'"}}`: `"C" is none of the attributes`,
		`- merge attributes: {of: OrderMadeEvent, attributes: {A: text, B: text}, into: Reference, value: A, back: {A: Total}}`: `The expression gives money`,
	})
}
