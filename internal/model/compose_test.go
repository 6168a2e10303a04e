package model_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
)

// lineage is the history of one event type: what it had in each version, and the steps between.
type lineage struct {
	schemas []map[string]model.Kind // by version, from 1
	steps   []model.Upcast
}

var lineKinds = []model.Kind{model.Text, model.Int, model.Decimal, model.Money, model.Bool, model.Date}

// derivations are what an attribute of a kind may become. Some fail for some values, some
// have no value.
var derivations = map[model.Kind][]model.Derive{
	model.Text: {derived("", "%s + '!'", model.Text), derived("", "has(%s) ? %s + 'y' : %s", model.Text), derived("", "size(or(%s, ''))", model.Int),
		derived("", "%s == 'a'", model.Bool), {Expr: "%s + 'x'", Type: kindOf(model.Text), Else: "'none'"}, {Expr: "decimal(%s)", Type: kindOf(model.Decimal), Else: "decimal('-1')"}},
	model.Int: {derived("", "%s + 1", model.Int), derived("", "or(%s, 7)", model.Decimal), {Expr: "100 / %s", Type: kindOf(model.Int), Else: "0"},
		{Expr: "money('1.10') * %s", Type: kindOf(model.Money), Else: "null"}},
	model.Decimal: {derived("", "%s / 3", model.Decimal), derived("", "%s == null ? null : %s * decimal('1e3')", model.Decimal), {Expr: "money(%s, 'USD')", Type: kindOf(model.Money), Else: "money('0')"}},
	model.Money:   {derived("", "%s == null ? money('0') : %s * 2", model.Money), {Expr: "amount(%s)", Type: kindOf(model.Decimal), Else: "decimal('1')"}},
	model.Bool:    {derived("", "%s == true ? false : %s", model.Bool), derived("", "%s == null ? 0 : 1", model.Int)},
	model.Date:    {{Expr: "%s + 30", Type: kindOf(model.Date), Else: "date('2026-11-26')"}, {Expr: "month(%s)", Type: kindOf(model.Text), Else: "null"}},
}

func drawLineage(t *rapid.T) *lineage {
	first := map[string]model.Kind{}
	for i := range rapid.IntRange(1, 5).Draw(t, "attributes") {
		first[fmt.Sprintf("A%d", i)] = rapid.SampledFrom(lineKinds).Draw(t, "kind")
	}
	l := &lineage{schemas: []map[string]model.Kind{first}}
	for version := range rapid.IntRange(1, 6).Draw(t, "steps") {
		l.drawStep(t, version+1)
	}
	return l
}

// drawStep keeps, renames, drops and derives attributes, adds some, and may split off
// another event.
func (l *lineage) drawStep(t *rapid.T, version int) {
	before, after := l.schemas[version-1], map[string]model.Kind{}
	u := upcast("LineEvent", version)
	into := &u.Into[0]
	add := func(d model.Derive, kind model.Kind) {
		if after[d.Name] == "" {
			into.Attributes, after[d.Name] = append(into.Attributes, d), kind
		}
	}
	anyName := rapid.StringMatching("[AB][0-7]")
	for _, name := range sortedKeys(before) {
		kind := before[name]
		u.Reads = append(u.Reads, reads(kind, name)...)
		switch rapid.IntRange(0, 9).Draw(t, "what") {
		case 0: // dropped
		case 1, 2:
			add(copied(anyName.Draw(t, "name"), name), kind)
		case 3, 4, 5:
			d := rapid.SampledFrom(derivations[kind]).Draw(t, "derivation")
			d.Name, d.Expr = anyName.Draw(t, "name"), strings.ReplaceAll(d.Expr, "%s", name)
			add(d, d.Type.Kind)
		default:
			add(copied(name, name), kind)
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "added") == 0 {
		add(derived(anyName.Draw(t, "name"), "1 + 1", model.Int), model.Int)
	}
	if name := sortedKeys(before); len(name) > 0 && rapid.IntRange(0, 2).Draw(t, "split") == 0 {
		u.Into = append(u.Into, model.Into{Stream: "Customer", Event: "SideEvent", Version: 1, When: name[0] + " != null",
			Attributes: []model.Derive{derived("Note", fmt.Sprintf("'from %d'", version), model.Text)}})
		if rapid.Bool().Draw(t, "alternative") {
			u.Into[0].When = name[0] + " == null"
		}
	}
	l.steps, l.schemas = append(l.steps, u), append(l.schemas, after)
}

func sortedKeys(m map[string]model.Kind) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// release is the one in which that version is current, with some of the steps.
func (l *lineage) release(t testing.TB, version int, steps ...model.Upcast) *model.Release {
	current := model.Event{Name: "LineEvent", Version: version}
	for _, name := range sortedKeys(l.schemas[version-1]) {
		current.Attributes = append(current.Attributes, of(name, model.Type{Kind: l.schemas[version-1][name]}, true))
	}
	side := model.Event{Name: "SideEvent", Version: 1, Attributes: []model.Attribute{text("Note", "40", true)}}
	return load(t, &model.IR{Format: model.Format, Name: "line", Currency: "EUR", Upcasts: steps, Streams: []model.Stream{
		{Name: "Customer", ID: "CustomerId", Events: []model.Event{current, side}, Attributes: []model.Attribute{text("Note", "40", true)}}}})
}

var lineValues = map[model.Kind][]string{
	model.Text: {`"a"`, `"é\n"`, `"12.50"`, `""`}, model.Int: {`0`, `3`, `-7`}, model.Decimal: {`"1.50"`, `2`, `"1e3"`, `"0"`},
	model.Money: {`{"amount":"12.50","currency":"EUR"}`, `"3"`, `{"amount": "1.005", "currency": "USD"}`}, model.Bool: {`true`, `false`}, model.Date: {`"2026-02-28"`},
}

func (l *lineage) drawPayload(t *rapid.T) string {
	payload := map[string]json.RawMessage{"Unknown": json.RawMessage(`[{"a": 1}]`)}
	for name, kind := range l.schemas[0] {
		switch rapid.IntRange(0, 5).Draw(t, "given") {
		case 0:
		case 1:
			payload[name] = json.RawMessage("null")
		default:
			payload[name] = json.RawMessage(rapid.SampledFrom(lineValues[kind]).Draw(t, "value"))
		}
	}
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// oneByOne takes the event through releases that know one step each.
func (l *lineage) oneByOne(t testing.TB, event model.Stored) ([]model.Stored, error) {
	if event.Name != "LineEvent" || event.Version == len(l.schemas) {
		return []model.Stored{event}, nil
	}
	made, err := l.release(t, event.Version+1, l.steps[event.Version-1]).Upcast(event)
	if err != nil {
		return nil, err
	}
	var all []model.Stored
	for _, e := range made {
		further, err := l.oneByOne(t, e)
		if err != nil {
			return nil, err
		}
		all = append(all, further...)
	}
	return all, nil
}

// A composed way comes to what its steps come to one by one, wherever these come to an end.
func TestComposedStepsAreTheSteps(t *testing.T) {
	t.Parallel()
	ends := 0
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLineage(rt)
		composed := l.release(t, len(l.schemas), l.steps...)
		for range 3 {
			event := model.Stored{StreamType: "Customer", Name: "LineEvent", Version: 1, Payload: json.RawMessage(l.drawPayload(rt))}
			want, err := l.oneByOne(t, event)
			if err != nil {
				continue // composed, what failed may be asked for by nobody
			}
			ends++
			got, err := composed.Upcast(event)
			if err != nil || say(got) != say(want) {
				rt.Fatalf("%s: %v\ngot  %s\nwant %s", event.Payload, err, say(got), say(want))
			}
		}
	})
	t.Logf("figure: %d events were read both ways", ends)
}
