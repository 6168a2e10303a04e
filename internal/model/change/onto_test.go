package change_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
)

// onto is Onto, with the lost events as texts.
func onto(t rapid.TB, ir, current *model.IR) (*model.IR, string) {
	t.Helper()
	made, lost, err := change.Onto(ir, current)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, l := range lost {
		texts = append(texts, l.Event+": "+l.Why)
	}
	return made, strings.Join(texts, "; ")
}

// wayBack is a release that changes something: what its events are to the release before.
type wayBack struct {
	name, before, changes, after string // attributes, a set, attributes
	stored, want                 string // an event of after, and what it is before
	lost                         string
}

func TestOntoAnOlderModel(t *testing.T) {
	t.Parallel()
	for _, w := range []wayBack{
		{"add attribute", "{A: text}", `- add attribute: {of: OrderMadeEvent, attribute: B, value: A}`, "{A: text, B: text}",
			`Order.OrderMadeEvent/2 {"A":"a","B":"b"}`, `Order.OrderMadeEvent/3 {"A":"a"}`, ""},
		{"delete attribute", "{A: text, B: text}", `- delete attribute: {of: OrderMadeEvent, attribute: B, type: text, back: "A + '!'"}`, "{A: text}",
			`Order.OrderMadeEvent/2 {"A":"a"}`, `Order.OrderMadeEvent/3 {"A":"a","B":"a!"}`, ""},
		{"delete an optional attribute", "{A: text, B: {type: text, optional: true}}", `- delete attribute: {of: OrderMadeEvent, attribute: B, type: {type: text, optional: true}}`, "{A: text}",
			`Order.OrderMadeEvent/2 {"A":"a"}`, `Order.OrderMadeEvent/3 {"A":"a"}`, ""},
		{"delete attribute for good", "{A: text, B: text}", `- delete attribute: {of: OrderMadeEvent, attribute: B, type: text}`, "{A: text}",
			`Order.OrderMadeEvent/2 {"A":"a"}`, `refused: nothing says what B of OrderMadeEvent was`, "OrderMadeEvent: nothing says what B of OrderMadeEvent was"},
		{"update attribute", "{A: 'decimal(9,2)'}", `- update attribute: {of: OrderMadeEvent, attribute: A, to: B, from: "decimal(9,2)", value: "money(A, 'EUR')", back: amount(B)}`, "{B: money}",
			`Order.OrderMadeEvent/2 {"B":{"amount":"3","currency":"EUR"}}`, `Order.OrderMadeEvent/3 {"A":"3"}`, ""},
		{"update its name", "{A: {type: text, optional: true}}", `- update attribute: {of: OrderMadeEvent, attribute: A, to: B}`, "{B: {type: text, optional: true}}",
			`Order.OrderMadeEvent/2 {"B":"b"}`, `Order.OrderMadeEvent/3 {"A":"b"}`, ""},
		{"update its value for good", "{A: text}", `- update attribute: {of: OrderMadeEvent, attribute: A, value: "A + '!'"}`, "{A: text}",
			`Order.OrderMadeEvent/2 {"A":"b"}`, `refused: nothing says what A of OrderMadeEvent was before its value changed`, "OrderMadeEvent: nothing says what A of OrderMadeEvent was before its value changed"},
		{"merge attributes", "{A: text, B: {type: text, optional: true}}", `- merge attributes: {of: OrderMadeEvent, attributes: {A: text, B: {type: text, optional: true}}, into: C, value: "A + or(B, '')", back: {A: C}}`, "{C: text}",
			`Order.OrderMadeEvent/2 {"C":"c"}`, `Order.OrderMadeEvent/3 {"A":"c"}`, ""},
		{"merge attributes for good", "{A: text, B: text}", `- merge attributes: {of: OrderMadeEvent, attributes: {A: text, B: text}, into: C, value: "A + B", back: {A: C}}`, "{C: text}",
			`Order.OrderMadeEvent/2 {"C":"c"}`, `refused: nothing says what B of OrderMadeEvent was before it was merged`, "OrderMadeEvent: nothing says what B of OrderMadeEvent was before it was merged"},
		{"split attribute", "{A: text}", `- split attribute: {of: OrderMadeEvent, attribute: A, type: text, into: {B: A, C: A}, back: B + C}`, "{B: text, C: text}",
			`Order.OrderMadeEvent/2 {"B":"b","C":"c"}`, `Order.OrderMadeEvent/3 {"A":"bc"}`, ""},
		{"split attribute for good", "{A: text}", `- split attribute: {of: OrderMadeEvent, attribute: A, type: text, into: {B: A, C: A}}`, "{B: text, C: text}",
			`Order.OrderMadeEvent/2 {"B":"b","C":"c"}`, `refused: nothing says what A of OrderMadeEvent was before it was split`, "OrderMadeEvent: nothing says what A of OrderMadeEvent was before it was split"},
	} {
		t.Run(strings.ReplaceAll(w.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			w.holds(t, compiled(t, plain(w.before)), compiled(t, order(w.after, w.changes)))
		})
	}
}

func plain(attributes string) string {
	return "-- model.yaml --\nname: shop\ncurrency: EUR\n-- orders/Order.yaml --\nagreement: Order\nattributes: " + attributes + "\n"
}

// holds checks the way back, and the way forward again from there.
func (w wayBack) holds(t *testing.T, older, newer *model.IR) {
	t.Helper()
	back, lost := onto(t, older, newer)
	release := loaded(t, back)
	if got := read(t, release, w.stored); got != w.want {
		t.Errorf("back: %s\nbecomes %s\nwanted  %s", w.stored, got, w.want)
	}
	if lost != w.lost {
		t.Errorf("lost: %s\nwanted %s", lost, w.lost)
	}
	stays(t, older, back)
	if fingerprints(older) != fingerprints(back) {
		t.Error("the way back has other tables")
	}
	again, _ := onto(t, newer, back)
	stays(t, newer, again)
	for _, stored := range everything(older, `{"A":"x"}`) {
		first, second := read(t, loaded(t, newer), stored), read(t, loaded(t, again), stored)
		if unversioned(first) != unversioned(second) {
			t.Errorf("%s is %s at first, and %s again", stored, first, second)
		}
	}
	if last, lost := onto(t, again, again); last != again || lost != "" {
		t.Error("a release onto itself is another")
	}
}

// stays checks that what a release stored is read by a later one of the same shape as it is.
func stays(t *testing.T, ir, later *model.IR) {
	t.Helper()
	release := loaded(t, later)
	for _, stored := range everything(ir, `{}`) {
		if got := read(t, release, stored); unversioned(got) != unversioned(stored) {
			t.Errorf("%s becomes %s", stored, got)
		}
	}
}

func everything(ir *model.IR, payload string) []string {
	var list []string
	for _, s := range ir.Streams {
		for _, e := range s.Events {
			list = append(list, s.Name+"."+e.Name+"/"+string(rune('0'+e.Version))+" "+payload)
		}
	}
	return list
}

func unversioned(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		name, rest, _ := strings.Cut(line, "/")
		_, payload, _ := strings.Cut(rest, " ")
		lines = append(lines, name+" "+payload)
	}
	return strings.Join(lines, "\n")
}

func fingerprints(ir *model.IR) string {
	var list []string
	for _, p := range ir.Projections {
		list = append(list, p.Name+" "+p.Fingerprint)
	}
	return strings.Join(list, " ")
}

// shop is a model with commands of its own.
func shop(attributes, commands, changes string) string {
	text := orderWith(attributes, commands, changes)
	if changes == "" {
		text, _, _ = strings.Cut(text, "-- changes/")
	}
	return text
}

func TestOntoAModelWithOtherEvents(t *testing.T) {
	t.Parallel()
	const ab = "{A: text, B: {type: bool, optional: true}}"
	const make, change2 = "  MakeOrderCommand: {creates: true, input: [A, B], raises: OrderMadeEvent}\n", "  ChangeOrderCommand: {input: [A], raises: OrderChangedEvent}\n"
	for _, w := range []wayBack{
		{"an event that nobody declared", make, "", make + change2, `Order.OrderChangedEvent/1 {"A":"a"}`,
			"refused: the release does not know it", "OrderChangedEvent: the release does not know it"},
		{"add event", make, `- add event: {event: OrderChangedEvent}`, make + change2, `Order.OrderChangedEvent/1 {"A":"a"}`,
			"refused: there was no OrderChangedEvent before 2.0", "OrderChangedEvent: there was no OrderChangedEvent before 2.0"},
		{"add an event to forget", make, `- add event: {event: OrderChangedEvent, forget: true}`, make + change2, `Order.OrderChangedEvent/1 {"A":"a"}`, "", ""},
		{"delete event", make + change2, `- delete event: {event: OrderChangedEvent, of: Order}`, make, `Order.OrderMadeEvent/1 {"A":"a"}`, `Order.OrderMadeEvent/1 {"A":"a"}`, ""},
		{"rename event", make, `- rename event: {event: OrderMadeEvent, to: OrderPlacedEvent}`, strings.ReplaceAll(make, "Made", "Placed"),
			`Order.OrderPlacedEvent/2 {"A":"a"}`, `Order.OrderMadeEvent/3 {"A":"a"}`, ""},
		{"rename an event that loses", make, "- rename event: {event: OrderMadeEvent, to: OrderPlacedEvent}\n- delete attribute: {of: OrderMadeEvent, attribute: A, type: text}", "  MakeOrderCommand: {creates: true, input: [B], raises: OrderPlacedEvent}",
			`Order.OrderPlacedEvent/2 {"B":true}`, `refused: nothing says what A of OrderMadeEvent was`, "OrderPlacedEvent: nothing says what A of OrderMadeEvent was"},
		{"merge events", make + change2, `- merge events: {events: {OrderMadeEvent: ~, OrderChangedEvent: {values: {B: "true"}}}, into: OrderMadeEvent, back: {OrderChangedEvent: {when: "or(B, false)"}, OrderMadeEvent: {when: "!or(B, false)"}}}`, make,
			`Order.OrderMadeEvent/2 {"A":"a","B":true}`, `Order.OrderChangedEvent/3 {"A":"a"}`, ""},
		{"merge events for good", make + change2, `- merge events: {events: {OrderMadeEvent: ~, OrderChangedEvent: ~}, into: OrderMadeEvent}`, make,
			`Order.OrderMadeEvent/2 {"A":"a"}`, `refused: nothing says which of the merged events it was`, "OrderMadeEvent: nothing says which of the merged events it was"},
		{"merge events of which one comes back", make + change2, `- merge events: {events: {OrderMadeEvent: ~, OrderChangedEvent: ~}, into: OrderMadeEvent, back: {OrderMadeEvent: ~}}`, make,
			`Order.OrderMadeEvent/2 {"A":"a"}`, `Order.OrderMadeEvent/3 {"A":"a"}`, ""},
		{"split event", make, `- split event: {event: OrderMadeEvent, into: {OrderMadeEvent: ~, OrderChangedEvent: {when: "or(B, false)"}}, back: {OrderMadeEvent: {values: {A: "A + '!'"}}}}`, make + change2,
			`Order.OrderMadeEvent/2 {"A":"a"}`, `Order.OrderMadeEvent/3 {"A":"a!"}`, ""},
		{"split event for good", make, `- split event: {event: OrderMadeEvent, into: {OrderMadeEvent: {when: "!or(B, false)"}, OrderChangedEvent: {when: "or(B, false)"}}}`, make + change2,
			`Order.OrderChangedEvent/2 {"A":"a"}`, `refused: nothing says how OrderMadeEvent follows from the events that it was split into`,
			"OrderMadeEvent: nothing says how OrderMadeEvent follows from the events that it was split into; OrderChangedEvent: nothing says how OrderMadeEvent follows from the events that it was split into"},
	} {
		t.Run(strings.ReplaceAll(w.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			w.holds(t, compiled(t, shop(ab, w.before, "")), compiled(t, shop(ab, w.after, w.changes)))
		})
	}
}

func TestOntoAModelWithOtherStreams(t *testing.T) {
	t.Parallel()
	const quote = "-- orders/Quote.yaml --\nagreement: Quote\nattributes: {A: text, OrderId: {type: ref(Order), optional: true}}\n"
	for name, w := range map[string]struct{ before, after, stored, want string }{
		"rename stream": {plain("{A: text}") + quote, plain("{A: text}") + strings.NewReplacer("Quote.yaml", "Offer.yaml", "agreement: Quote", "agreement: Offer\ncommands: {MakeOfferCommand: {creates: true, input: [A], raises: QuoteMadeEvent}, ChangeOfferCommand: {input: [A], raises: QuoteChangedEvent}}").Replace(quote) +
			"-- changes/2.0.yaml --\n- rename stream: {stream: Quote, to: Offer}\n", `Offer.QuoteMadeEvent/2 {"A":"a"}`, `Quote.QuoteMadeEvent/3 {"A":"a"}`},
		"delete stream": {plain("{A: text}") + quote, plain("{A: text}") + "-- changes/2.0.yaml --\n- delete stream: {stream: Quote, events: {QuoteMadeEvent: {}, QuoteChangedEvent: {}}}\n",
			`Order.OrderMadeEvent/1 {}`, `Order.OrderMadeEvent/1 {}`},
		"add stream":           {plain("{A: text}"), plain("{A: text}") + quote + "-- changes/2.0.yaml --\n- add stream: {stream: Quote}\n", `Quote.QuoteMadeEvent/1 {}`, `refused: there was no Quote before 2.0`},
		"add stream to forget": {plain("{A: text}"), plain("{A: text}") + quote + "-- changes/2.0.yaml --\n- add stream: {stream: Quote, forget: true}\n", `Quote.QuoteMadeEvent/1 {}`, ``},
		"not declared":         {plain("{A: text}"), plain("{A: text}") + quote, `Quote.QuoteMadeEvent/1 {}`, `refused: the release does not know it`},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			older, newer := compiled(t, w.before), compiled(t, w.after)
			back, _ := onto(t, older, newer)
			if got := read(t, loaded(t, back), w.stored); got != w.want {
				t.Errorf("%s\nbecomes %s\nwanted  %s", w.stored, got, w.want)
			}
			stays(t, older, back)
			again, _ := onto(t, newer, back)
			stays(t, newer, again)
			third, _ := onto(t, older, again)
			stays(t, older, third)
		})
	}
}

// Several sets are taken back newest first, and a set that was edited after its rollback is
// another set.
func TestOntoOverSeveralSets(t *testing.T) {
	t.Parallel()
	older := compiled(t, plain("{A: text}"))
	newer := compiled(t, order("{C: text, D: text}", `- update attribute: {of: OrderMadeEvent, attribute: A, to: B}`)+
		"-- changes/3.0.yaml --\n- update attribute: {of: OrderMadeEvent, attribute: B, to: C}\n- add attribute: {of: OrderMadeEvent, attribute: D, value: B}\n")
	back, lost := onto(t, older, newer)
	if got := read(t, loaded(t, back), `Order.OrderMadeEvent/3 {"C":"c","D":"d"}`); got != `Order.OrderMadeEvent/5 {"A":"c"}` || lost != "" {
		t.Errorf("back %s, lost %s", got, lost)
	}
	if got := read(t, loaded(t, back), `Order.OrderMadeEvent/2 {"B":"b"}`); got != `Order.OrderMadeEvent/5 {"A":"b"}` {
		t.Errorf("from between: %s", got)
	}
	var names []string
	for _, set := range back.Changes {
		names = append(names, set.Version+" "+set.Reverts)
	}
	if want := []string{"2.0 ", "3.0 ", "3.0-back 3.0", "2.0-back 2.0"}; !slices.Equal(names, want) {
		t.Errorf("sets %q, wanted %q", names, want)
	}
	edited := compiled(t, order("{E: text}", `- update attribute: {of: OrderMadeEvent, attribute: A, to: E}`))
	next, _ := onto(t, edited, back)
	if got := read(t, loaded(t, next), `Order.OrderMadeEvent/5 {"A":"a"}`); got != `Order.OrderMadeEvent/6 {"E":"a"}` {
		t.Errorf("the edited set: %s", got)
	}
	if got := read(t, loaded(t, next), `Order.OrderMadeEvent/3 {"C":"c","D":"d"}`); got != `Order.OrderMadeEvent/6 {"E":"c"}` {
		t.Errorf("what the first try stored: %s", got)
	}
}
