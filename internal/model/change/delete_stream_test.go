package change_test

import "testing"

func TestDeleteStream(t *testing.T) {
	t.Parallel()
	run(t, []story{
		{"its events say nothing", order("{Reference: text}", `- delete stream: {stream: Quote, events: {QuoteMadeEvent: {}, QuoteChangedEvent: {}}}`),
			`Quote.QuoteMadeEvent/1 {"Reference":"A-1"}`, ``},
		{"in any version", order("{Reference: text}", "- update attribute: {of: QuoteMadeEvent, attribute: A, to: B}\n-- changes/3.0.yaml --\n- delete stream: {stream: Quote, events: {QuoteMadeEvent: {B: ref(Quote)}}}"),
			`Quote.QuoteMadeEvent/1 {}`, ``},
	})
	refuse(t, placedOrder, map[string]string{
		`- delete stream: {stream: Order, events: {}}`:                       `There still is a type "Order"`,
		`- delete stream: {stream: Quote, events: {OrderPlacedEvent: {}}}`:   `There still is an event "OrderPlacedEvent"`,
		`- delete stream: {stream: Quote}`:                                   `The key "events" is missing`,
		`- delete stream: {stream: Quote, events: {QuoteMadeEvent: {A: x}}}`: `"x" is no type`,
	})
}
