package model_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

// kindOf is a type without limits.
func kindOf(kind model.Kind) *model.Type { return &model.Type{Kind: kind} }

func reads(kind model.Kind, names ...string) (list []model.Attribute) {
	for _, name := range names {
		list = append(list, of(name, model.Type{Kind: kind}, true))
	}
	return list
}

// upcast is a step of an event that stays what it is.
func upcast(event string, version int, attributes ...model.Derive) model.Upcast {
	return model.Upcast{Stream: "Customer", Event: event, Version: version, Origin: "changes/2.yaml:3",
		Into: []model.Into{{Stream: "Customer", Event: event, Version: version + 1, Attributes: attributes}}}
}

func copied(name, from string) model.Derive { return model.Derive{Name: name, From: from} }

func derived(name, expr string, kind model.Kind) model.Derive {
	return model.Derive{Name: name, Expr: expr, Type: kindOf(kind)}
}

// evolved is the shop after steps that a customer's events go through.
func evolved(version int, upcasts ...model.Upcast) *model.IR {
	ir := shopIR()
	ir.Streams[0].Events[0].Version = version
	ir.Upcasts = upcasts
	return ir
}

func registered(version int, payload string) model.Stored {
	return model.Stored{StreamType: "Customer", Name: "CustomerRegisteredEvent", Version: version, Payload: json.RawMessage(payload)}
}

func say(events []model.Stored) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(e.Name + " " + string(rune('0'+e.Version)) + " " + string(e.Payload) + ";")
	}
	return b.String()
}

// event0 is the event that most steps are of.
const event0 = "CustomerRegisteredEvent"

func TestUpcast(t *testing.T) {
	t.Parallel()
	name, vat := copied("Name", "Name"), copied("VatNumber", "VatNumber")
	with := func(u model.Upcast, list []model.Attribute) model.Upcast {
		u.Reads = list
		return u
	}
	into := func(u model.Upcast, more ...model.Into) model.Upcast {
		u.Into = append(u.Into, more...)
		return u
	}
	otherwise := func(d model.Derive, expr string) model.Derive {
		d.Else = expr
		return d
	}
	vatChanged := func(when string) model.Into {
		return model.Into{Stream: "Customer", Event: "VatChangedEvent", Version: 1, When: when, Attributes: []model.Derive{copied("VatNumber", "Vat")}}
	}
	split := into(with(upcast(event0, 1, name), reads(model.Text, "Vat")), vatChanged("Vat != null"))
	for _, test := range []struct {
		what    string
		steps   []model.Upcast
		payload string
		want    string
	}{
		{"a rename", []model.Upcast{upcast(event0, 1, copied("Name", "Called"), vat)},
			`{"Called": "A \u00e9", "VatNumber": null, "Old": [1, {"x": 2}]}`, `CustomerRegisteredEvent 2 {"Name":"A \u00e9","VatNumber":null};`},
		{"two renames", []model.Upcast{upcast(event0, 1, copied("Called", "Alias")), upcast(event0, 2, copied("Name", "Called"))},
			`{"Alias":  "A"}`, `CustomerRegisteredEvent 3 {"Name":"A"};`},
		{"a swap", []model.Upcast{upcast(event0, 1, copied("Name", "VatNumber"), copied("VatNumber", "Name"))},
			`{"Name": "A", "VatNumber": "B"}`, `CustomerRegisteredEvent 2 {"Name":"B","VatNumber":"A"};`},
		{"what was deleted in between is gone", []model.Upcast{upcast(event0, 1, name), upcast(event0, 2, name, vat)},
			`{"Name": "A", "VatNumber": "B"}`, `CustomerRegisteredEvent 3 {"Name":"A"};`},
		{"a constant", []model.Upcast{upcast(event0, 1, derived("Name", "'x' + 'y'", model.Text)), upcast(event0, 2, name)},
			`{}`, `CustomerRegisteredEvent 3 {"Name":"xy"};`},
		{"a constant without value", []model.Upcast{upcast(event0, 1, name, derived("VatNumber", "null", model.Text))},
			`{"Name": "A"}`, `CustomerRegisteredEvent 2 {"Name":"A"};`},
		{"an expression", []model.Upcast{with(upcast(event0, 1, derived("Name", "First + ' ' + Last", model.Text)), reads(model.Text, "First", "Last"))},
			`{"Last": "B", "First": "A"}`, `CustomerRegisteredEvent 2 {"Name":"A B"};`},
		{"money is written as ever", []model.Upcast{with(upcast(event0, 1, derived("SpendingLimit", "Limit * 2", model.Money)), reads(model.Money, "Limit"))},
			`{"Limit": "1e1"}`, `CustomerRegisteredEvent 2 {"SpendingLimit":{"amount":"20.00","currency":"EUR"}};`},
		{"an expression over an expression", []model.Upcast{
			with(upcast(event0, 1, derived("Called", "First + '!'", model.Text)), reads(model.Text, "First")),
			with(upcast(event0, 2, derived("Name", "Called + '?'", model.Text), copied("VatNumber", "Called")), reads(model.Text, "Called"))},
			`{"First": "A"}`, `CustomerRegisteredEvent 3 {"Name":"A!?","VatNumber":"A!"};`},
		{"a constant that is read later", []model.Upcast{upcast(event0, 1, derived("N", "2", model.Int)),
			with(upcast(event0, 2, derived("SpendingLimit", "money('1.50') * N", model.Money)), reads(model.Int, "N"))},
			`{}`, `CustomerRegisteredEvent 3 {"SpendingLimit":{"amount":"3.00","currency":"EUR"}};`},
		{"an int that is kept as a decimal", []model.Upcast{with(upcast(event0, 1, derived("N", "A + 1", model.Decimal)), reads(model.Int, "A")),
			with(upcast(event0, 2, derived("SpendingLimit", "money('1.50') * N", model.Money)), reads(model.Decimal, "N"))},
			`{"A": 1}`, `CustomerRegisteredEvent 3 {"SpendingLimit":{"amount":"3.00","currency":"EUR"}};`},
		{"a fallback", []model.Upcast{with(upcast(event0, 1, otherwise(derived("Name", "First + '!'", model.Text), "'nobody'")), reads(model.Text, "First"))},
			`{}`, `CustomerRegisteredEvent 2 {"Name":"nobody"};`},
		{"a null clears what follows from it", []model.Upcast{with(upcast(event0, 1, derived("VatNumber", "First == null ? null : First", model.Text)), reads(model.Text, "First"))},
			`{"First": null}`, `CustomerRegisteredEvent 2 {"VatNumber":null};`},
		{"an expression over nothing", []model.Upcast{with(upcast(event0, 1, derived("Name", "First + Last", model.Text)), reads(model.Text, "First", "Last"))},
			`{"Last": null}`, `CustomerRegisteredEvent 2 {"Name":null};`},
		{"what is not said says nothing", []model.Upcast{with(upcast(event0, 1, derived("VatNumber", "First == null ? null : First", model.Text)), reads(model.Text, "First"))},
			`{}`, `CustomerRegisteredEvent 2 {};`},
		{"a split", []model.Upcast{split}, `{"Name": "A", "Vat": "NL1"}`, `CustomerRegisteredEvent 2 {"Name":"A"};VatChangedEvent 1 {"VatNumber":"NL1"};`},
		{"a split that does not apply", []model.Upcast{split}, `{"Name": "A"}`, `CustomerRegisteredEvent 2 {"Name":"A"};`},
		{"a split, and then a rename", []model.Upcast{
			into(with(upcast(event0, 1, copied("Called", "Name")), reads(model.Text, "Vat")), vatChanged("Vat != null")),
			upcast(event0, 2, copied("Name", "Called"))},
			`{"Name": "A", "Vat": "NL1"}`, `CustomerRegisteredEvent 3 {"Name":"A"};VatChangedEvent 1 {"VatNumber":"NL1"};`},
		{"nothing", []model.Upcast{{Stream: "Customer", Event: event0, Version: 1}}, `{"Name": "A"}`, ``},
		{"what nothing comes to cannot fail", []model.Upcast{
			with(upcast(event0, 1, derived("Called", "First + '!'", model.Text), name), reads(model.Text, "First")), upcast(event0, 2, name)},
			`{"Name": "A"}`, `CustomerRegisteredEvent 3 {"Name":"A"};`},
		{"an attribute that comes twice", []model.Upcast{upcast(event0, 1, name)}, `{"Name": "A", "Name": "B"}`, `CustomerRegisteredEvent 2 {"Name":"B"};`},
	} {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			r := load(t, evolved(len(test.steps)+1, test.steps...))
			got, err := r.Upcast(registered(1, test.payload))
			if err != nil || say(got) != test.want {
				t.Errorf("%v\ngot  %s\nwant %s", err, say(got), test.want)
			}
		})
	}
}

// What cannot be read says which event, which attribute, by which rule and where it stands.
func TestAnUpcastFails(t *testing.T) {
	t.Parallel()
	step := upcast(event0, 1, derived("Name", "First + Last", model.Text))
	step.Reads = reads(model.Text, "First", "Last")
	r := load(t, evolved(2, step))
	for _, test := range []struct{ payload, want string }{
		{`{"First": "A"}`, `CustomerRegisteredEvent (version 1) cannot be read: Name: "First + Last": Last is absent (changes/2.yaml:3)`},
		{`{"First": 7, "Last": "B"}`, `CustomerRegisteredEvent (version 1) cannot be read: First: First: First is a text in quotes (changes/2.yaml:3)`},
		{`{"First": "A"`, `CustomerRegisteredEvent (version 1) cannot be read: malformed JSON at byte 13 (changes/2.yaml:3)`},
		{`{"First": "A"}}`, `CustomerRegisteredEvent (version 1) cannot be read: malformed JSON at byte 14 (changes/2.yaml:3)`},
	} {
		got, err := r.Upcast(registered(1, test.payload))
		var failed *model.UpcastError
		if !errors.As(err, &failed) || err.Error() != test.want || say(got) != "CustomerRegisteredEvent 2 ;" {
			t.Errorf("%s: %v\nand %s", test.payload, err, say(got))
		}
	}
}

// A value that cannot be read is no reason for a fallback, even when an expression looks
// away from it.
func TestAWrongValueIsNoAbsentOne(t *testing.T) {
	t.Parallel()
	first := upcast(event0, 1, derived("Called", "First + '!'", model.Text))
	first.Reads = reads(model.Text, "First")
	then := upcast(event0, 2, model.Derive{Name: "Name", Expr: "Called == 'x' || true ? 'y' : 'z'", Type: kindOf(model.Text), Else: "'fallback'"})
	then.Reads = reads(model.Text, "Called")
	r := load(t, evolved(3, first, then))
	if got, err := r.Upcast(registered(1, `{"First": 7}`)); err == nil {
		t.Errorf("a wrong value became %s", say(got))
	}
	if got, err := r.Upcast(registered(1, `{}`)); err != nil || say(got) != `CustomerRegisteredEvent 3 {"Name":"y"};` {
		t.Errorf("an absent one became %s, %v", say(got), err)
	}
}

func TestARefusedEvent(t *testing.T) {
	t.Parallel()
	refuse := model.Upcast{Stream: "Customer", Event: event0, Version: 2, Refuse: "it had two names", Origin: "changes/3.yaml:1"}
	r := load(t, evolved(3, upcast(event0, 1, copied("Name", "Name")), refuse))
	got, err := r.Upcast(registered(1, `{}`))
	var refused *model.RefusedError
	if !errors.As(err, &refused) || refused.Version != 1 || say(got) != "CustomerRegisteredEvent 2 ;" {
		t.Errorf("%v, and %s", err, say(got))
	}
	if want := "CustomerRegisteredEvent (version 1) cannot be said in this release: it had two names (changes/3.yaml:1)"; err.Error() != want {
		t.Error(err)
	}
	refuse.Event, refuse.Version = "CustomerMergedEvent", 1
	got, err = load(t, evolved(1, refuse)).Upcast(model.Stored{StreamType: "Customer", Name: "CustomerMergedEvent", Version: 1, Payload: json.RawMessage(`{}`)})
	if !errors.As(err, &refused) || len(got) != 0 {
		t.Errorf("an event that no row can change with: %v, and %s", err, say(got))
	}
}

// It is not parallel: it counts allocations.
func TestACurrentEventIsNotRead(t *testing.T) {
	r := load(t, evolved(2, upcast(event0, 1, copied("Name", "Called"))))
	current := registered(2, `{"Name": broken`)
	if got, err := r.Upcast(current); err != nil || say(got) != say([]model.Stored{current}) {
		t.Errorf("%v, %v", got, err)
	}
	if !r.Current("Customer", event0, 2) || r.Current("Customer", event0, 1) || !shop(t).Current("Customer", event0, 1) {
		t.Error("it is not told what is current")
	}
	asked := testing.AllocsPerRun(100, func() { r.Current("Customer", event0, 2) })
	read := testing.AllocsPerRun(100, func() { _, _ = r.Upcast(current) })
	if asked > 0 || read > 1 {
		t.Errorf("%v and %v allocations", asked, read)
	}
}

func TestUnderWhichNamesEventsAreStored(t *testing.T) {
	t.Parallel()
	ir := shopIR()
	ir.Upcasts = []model.Upcast{
		{Stream: "Quote", Event: "QuoteMadeEvent", Version: 1, Into: []model.Into{{Stream: "Order", Event: "MadeEvent", Version: 1}}},
		{Stream: "Order", Event: "MadeEvent", Version: 1, Into: []model.Into{{Stream: "Order", Event: "OrderPlacedEvent", Version: 1}}},
		{Stream: "Order", Event: "OrderConfirmedEvent", Version: 1, Refuse: "no total"},
		{Stream: "Order", Event: "PaidEvent", Version: 1},
		{Stream: "Customer", Event: "OldEvent", Version: 1, Into: []model.Into{{Stream: "Customer", Event: "VatChangedEvent", Version: 1}}},
	}
	p := load(t, ir).Projection("Orders")
	want := append([]string{"MadeEvent", "QuoteMadeEvent"}, p.Events...)
	slices.Sort(want)
	if got := p.StoredEvents(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, test := range []struct {
		stream, event string
		version       int
		handles       bool
	}{
		{"Quote", "QuoteMadeEvent", 1, true}, {"Order", "OrderPlacedEvent", 1, true}, {"Order", "OrderConfirmedEvent", 1, true},
		{"Quote", "QuoteMadeEvent", 2, false}, {"Order", "PaidEvent", 1, false}, {"Customer", "OldEvent", 1, false},
	} {
		if got := p.HandlesStored(test.stream, test.event, test.version); got != test.handles {
			t.Errorf("%s %d of %s: %v", test.event, test.version, test.stream, got)
		}
	}
}

// A projection asks for no more than its rows follow from.
func TestAnUpcastForAProjection(t *testing.T) {
	t.Parallel()
	ir := shopIR()
	views(ir)
	placed := &ir.Streams[1].Events[0]
	placed.Version = 2
	ir.Upcasts = []model.Upcast{{Stream: "Order", Event: placed.Name, Version: 1, Origin: "changes/2.yaml:3",
		Reads: append(reads(model.Text, "Ref"), reads(model.Date, "Day")...),
		Into: []model.Into{
			{Stream: "Order", Event: placed.Name, Version: 2, Attributes: []model.Derive{derived("Reference", "Ref + '!'", model.Text), derived("WantedOn", "Day + 1", model.Date)}},
			{Stream: "Order", Event: "OrderConfirmedEvent", Version: 2, When: "Day == date('2026-11-26')"}}}}
	r := load(t, ir)
	old := model.Stored{StreamType: "Order", Name: placed.Name, Version: 1, Payload: json.RawMessage(`{"Ref": "A", "Day": "soon"}`)}
	if _, err := r.Upcast(old); err == nil {
		t.Error("a day is soon")
	}
	for name, want := range map[string]string{"References": `OrderPlacedEvent 2 {"Reference":"A!"};`, "Worth": `OrderPlacedEvent 2 {};`} {
		if got, err := r.Projection(name).Upcast(old); err != nil || say(got) != want {
			t.Errorf("%s takes %s, %v", name, say(got), err)
		}
	}
	for _, name := range []string{"Orders", "Closed"} {
		if got, err := r.Projection(name).Upcast(old); err == nil {
			t.Errorf("%s takes %s", name, say(got))
		}
	}
	current := model.Stored{StreamType: "Order", Name: placed.Name, Version: 2, Payload: json.RawMessage("{broken")}
	if got, err := r.Projection("Orders").Upcast(current); err != nil || say(got) != say([]model.Stored{current}) {
		t.Errorf("%s, %v", say(got), err)
	}
}

func TestUpcastsThatCannotBe(t *testing.T) {
	t.Parallel()
	good := upcast(event0, 1, copied("Name", "Name"))
	changed := func(change func(*model.Upcast)) []model.Upcast {
		u := upcast(event0, 1, copied("Name", "Name"))
		change(&u)
		return []model.Upcast{u}
	}
	deriving := func(d model.Derive) []model.Upcast {
		return changed(func(u *model.Upcast) { u.Into[0].Attributes = []model.Derive{d} })
	}
	for _, test := range []struct {
		want  string
		steps []model.Upcast
	}{
		{"two upcasts of CustomerRegisteredEvent (version 1)", []model.Upcast{good, good}},
		{"CustomerRegisteredEvent (version 2) is current and has an upcast", []model.Upcast{good, upcast(event0, 2, copied("Name", "Name"))}},
		{"upcasts lead from CustomerRegisteredEvent (version 1) back to it", changed(func(u *model.Upcast) { u.Into[0].Version = 1 })},
		{"it becomes CustomerRegisteredEvent (version 7) of Customer, which is no event of the release, and has no upcast", changed(func(u *model.Upcast) { u.Into[0].Version = 7 })},
		{"it becomes Gone (version 2) of Nobody", changed(func(u *model.Upcast) { u.Into[0].Stream, u.Into[0].Event = "Nobody", "Gone" })},
		{"CustomerRegisteredEvent (version 1) is refused and becomes something", changed(func(u *model.Upcast) { u.Refuse = "no" })},
		{"CustomerRegisteredEvent (version 2) has no attribute Nme", deriving(copied("Nme", "Name"))},
		{"Name: it comes either from an attribute or from an expression", deriving(model.Derive{Name: "Name"})},
		{"Name: its expression has no type", deriving(model.Derive{Name: "Name", Expr: "'x'"})},
		{"Name: it is text, but \"1\" is int", deriving(derived("Name", "1", model.Text))},
		{"in \"Nobody\": CustomerRegisteredEvent (version 1): Name: ", deriving(derived("Name", "Nobody", model.Text))},
		{"in \"x\": CustomerRegisteredEvent (version 1): Name: else: ", deriving(model.Derive{Name: "Name", Expr: "'x'", Else: "x", Type: kindOf(model.Text)})},
		{"Name: unknown kind", deriving(derived("Name", "'x'", "what"))},
		{"when: it is bool, but \"'x'\" is text", changed(func(u *model.Upcast) { u.Into[0].When = "'x'" })},
		{"unknown kind", changed(func(u *model.Upcast) { u.Reads = reads("what", "A") })},
	} {
		text, err := model.Canonical(evolved(2, test.steps...))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := model.Load(text); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "changes/2.yaml:3: ") {
			t.Errorf("%s: %v", test.want, err)
		}
	}
}
