package diff_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/diff"
)

// shop is the model that the tests change.
const shop = `
agreement: Order
number: {series: "SO-{yyyy}-{#####}", at: OrderPlacedEvent}
attributes:
  Reference: {type: text, max: 60, optional: true}
  Priority: "enum(low, normal, high)"
  Total: money
  CustomerId: {type: ref(Customer), optional: true}
  Lines:
    key: LineNo
    of: {LineNo: int, Item: text, Quantity: "decimal(12,3)"}
lifecycle: [placed, confirmed, closed]
commands:
  PlaceOrderCommand:
    to: placed
    input: [Reference, Priority, Total, CustomerId, Lines]
    raises: OrderPlacedEvent
  ConfirmOrderCommand: {in: [placed], to: confirmed, raises: OrderConfirmedEvent}
  CloseOrderCommand: {in: [confirmed], to: closed, raises: OrderClosedEvent}
  NoteOrderCommand: {input: [Reference], raises: OrderNotedEvent}
guards:
  Reference: {kind: unique, key: Reference}
projections:
  Orders: {columns: {Reference: ~, Total: ~, Customer: Customer.Name}}
  Open: {columns: {Priority: ~, Total: ~}}
queries:
  GetOrders: {from: Orders, filter: [Reference], sort: [Total]}
`

const customer = `
entity: Customer
attributes: {Name: text}
`

// edit replaces texts in the shop, each of which must be there; pairs of old and new.
func edit(t *testing.T, pairs ...string) string {
	t.Helper()
	text := shop
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the model has no %q", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func compiled(t *testing.T, order string, files ...string) *model.IR {
	t.Helper()
	all := fstest.MapFS{"orders/Order.yaml": {Data: []byte(order)}, "crm/Customer.yaml": {Data: []byte(customer)},
		"model.yaml": {Data: []byte("name: erp\ncurrency: EUR\nroles: {sales: Sells}\n")}}
	for i := 0; i < len(files); i += 2 {
		all[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	result, err := compile.Compile(all)
	if err != nil {
		t.Fatal(err)
	}
	return result.IR
}

// said is a change as the tests write it.
func said(c diff.Change) string {
	text := string(c.Class) + " " + c.Part + " " + c.Name + " " + c.What + ": " + c.Action.String()
	for _, flag := range []struct {
		name string
		is   bool
	}{{"loses data", c.LosesData}, {"narrows", c.Narrows}, {"breaks the API", c.BreaksAPI}} {
		if flag.is {
			text += ", " + flag.name
		}
	}
	return text
}

// holds fails unless the diff has the changes, and no others of these parts, and the lines of
// its refusals are those.
func holds(t *testing.T, d *diff.Diff, changes, lines []string) {
	t.Helper()
	var got, wanted []string
	for _, c := range d.Changes {
		if c.Place == "" {
			t.Errorf("%s has no place", said(c))
		}
		got = append(got, said(c))
	}
	for _, r := range d.Refusals {
		wanted = append(wanted, r.Lines...)
	}
	for _, change := range changes {
		if !slices.Contains(got, change) {
			t.Errorf("the change is missing: %s", change)
		}
	}
	if !slices.Equal(wanted, lines) {
		t.Errorf("the lines to add are\n%s\nwant\n%s", strings.Join(wanted, "\n"), strings.Join(lines, "\n"))
	}
	if t.Failed() {
		t.Logf("it has\n%s", strings.Join(got, "\n"))
	}
}

func TestTheSameModelHasNoChanges(t *testing.T) {
	t.Parallel()
	d := diff.Compare(compiled(t, shop), compiled(t, "# elsewhere\n"+shop))
	if d.Class != "" || len(d.Changes)+len(d.Tables)+len(d.Refusals) > 0 {
		t.Errorf("got %+v", d)
	}
}

func TestEachChangeHasItsClassAndAction(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, new, change string }{
		"permission": {"NoteOrderCommand: {input", "NoteOrderCommand: {allow: [sales], input",
			"move command NoteOrderCommand has other permissions: swap"},
		"label": {"NoteOrderCommand: {input", "NoteOrderCommand: {label: Note, input",
			"move command NoteOrderCommand has other description: swap"},
		"rule": {"NoteOrderCommand: {input", `NoteOrderCommand: {require: [{that: "Total > money('1')", else: Too little}], input`,
			"move command NoteOrderCommand has other rules: swap"},
		"new command": {"  NoteOrderCommand:", "  NewCommand: {input: [Total], raises: RepricedEvent}\n  NoteOrderCommand:",
			"move command NewCommand is new: swap"},
		"new event": {"  NoteOrderCommand:", "  NewCommand: {input: [Total], raises: RepricedEvent}\n  NoteOrderCommand:",
			"minor event Order.RepricedEvent is new: swap"},
		"new attribute": {"  Total: money", "  Total: money\n  Due: {type: date, optional: true}",
			"minor attribute Order.Due is new, and optional: swap"},
		"wider text":    {"max: 60", "max: 100", "minor attribute Order.OrderPlacedEvent.Reference was text, max 60, and is text, max 100: swap"},
		"narrower text": {"max: 60", "max: 20", "minor attribute Order.OrderPlacedEvent.Reference was text, max 60, and is text, max 20: swap, narrows"},
		"narrower input": {"max: 60", "max: 20",
			"move command PlaceOrderCommand takes Reference: it was text, max 60, and is text, max 20: swap, breaks the API"},
		"one value more": {"normal, high", "normal, high, top", "minor attribute Order.Priority can be top too: swap"},
		"whole numbers have digits now": {"{LineNo: int, Item: text, Quantity: \"decimal(12,3)\"}", "{LineNo: int, Item: text, Quantity: \"decimal(13,4)\"}",
			"minor attribute Order.Lines.Quantity was decimal(12,3), and is decimal(13,4): swap"},
		"unique":     {"key: Reference}", "key: [Reference, Priority]}", "major guard Order.Reference is changed: rebuild guard Order.Reference, narrows"},
		"number":     {"{#####}\"", "{######}\"", "major number Order.OrderNumber is changed: rebuild guard Order.OrderNumber"},
		"no guard":   {"guards:\n  Reference: {kind: unique, key: Reference}\n", "", "move guard Order.Reference is gone: nothing"},
		"new state":  {"confirmed, closed]", "confirmed, closed, archived]\n", "minor state Order.archived is new: swap"},
		"new query":  {"queries:", "queries:\n  GetOpen: {from: Open}", "minor query GetOpen is new: swap"},
		"new filter": {"filter: [Reference]", "filter: [Reference, Total]", "minor query GetOrders can be narrowed by Total too: swap"},
		"new number": {", sort: [Total]}", "}", "minor projection Orders is narrowed or sorted by other numbers: build Orders"},
		"no filter":  {"filter: [Reference]", "filter: []", "move query GetOrders cannot be narrowed by Reference any more: swap, breaks the API"},
		"column":     {"{Priority: ~, Total: ~}", "{Priority: ~, Total: ~, Status: ~}", "minor projection Open is kept otherwise: build Open"},
		"no column":  {"Total: ~, Customer: Customer.Name}", "Total: ~}", "move query GetOrders does not show Customer any more: swap, breaks the API"},
		"new table":  {"projections:", "projections:\n  Totals: {columns: [Total]}", "minor projection Totals is new: build Totals"},
		"no table":   {"  Open: {columns: {Priority: ~, Total: ~}}\n", "", "move projection Open is gone: nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := edit(t, test.old, test.new)
			if name == "new state" {
				after = strings.Replace(after, "NoteOrderCommand: {", "NoteOrderCommand: {to: archived, ", 1)
			}
			holds(t, diff.Compare(compiled(t, shop), compiled(t, after)), []string{test.change}, nil)
		})
	}
}

func TestWhatAMachineCannotKnowIsRefusedWithTheLineToAdd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edits []string
		lines []string
	}{
		"gone": {[]string{"  Reference: {type: text, max: 60, optional: true}\n", "  Code: {type: text, optional: true}\n", "[Reference", "[Code", "key: Reference", "key: Code", "{Reference: ~", "{Code: ~"}, []string{
			"- delete attribute: {of: OrderPlacedEvent, attribute: Reference, type: {type: text, optional: true}}",
			"- update attribute: {of: OrderPlacedEvent, attribute: Reference, to: Code}",
			"- delete attribute: {of: OrderNotedEvent, attribute: Reference, type: {type: text, optional: true}}",
			"- update attribute: {of: OrderNotedEvent, attribute: Reference, to: Code}",
		}},
		"another type": {[]string{"Total: money", "Total: \"decimal(12,2)\""}, []string{
			`- update attribute: {of: OrderPlacedEvent, attribute: Total, from: money, value: "…"}`,
		}},
		"mandatory": {[]string{"  Total: money", "  Total: money\n  Due: date", "Total, CustomerId", "Total, Due, CustomerId"}, []string{
			`- add attribute: {of: OrderPlacedEvent, attribute: Due, value: "…"}`,
		}},
		"no longer optional": {[]string{"{type: text, max: 60, optional: true}", "text"}, []string{
			`- update attribute: {of: OrderPlacedEvent, attribute: Reference, from: {type: text, optional: true}, value: Reference, else: "…"}`,
			`- update attribute: {of: OrderNotedEvent, attribute: Reference, from: {type: text, optional: true}, value: Reference, else: "…"}`,
		}},
		"value of an enum": {[]string{"(low, normal, high)", "(normal, high)"}, []string{
			`- update attribute: {of: OrderPlacedEvent, attribute: Priority, from: "enum(low, normal, high)", value: "Priority == 'low' ? '…' : Priority"}`,
		}},
		"in a row": {[]string{", Item: text", ""}, []string{
			`- update attribute: {of: OrderPlacedEvent, attribute: Lines, value: Lines}`,
		}},
		"another type in a row": {[]string{"Item: text", "Item: int"}, []string{
			`- update attribute: {of: OrderPlacedEvent, attribute: Lines, from: {key: LineNo, of: {LineNo: {type: int, optional: true}, Item: text, Quantity: "decimal(12,3)"}}, value: "…"}`,
		}},
		"event": {[]string{"OrderNotedEvent", "OrderRemarkedEvent"}, []string{
			"- delete event: {event: OrderNotedEvent, of: Order}",
			"- rename event: {event: OrderNotedEvent, to: OrderRemarkedEvent}",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := diff.Compare(compiled(t, shop), compiled(t, edit(t, test.edits...)))
			holds(t, d, nil, test.lines)
			if d.Class != diff.Major || d.Refusals[0].File != "models/erp/changes/<version>.yaml" {
				t.Errorf("class %s, file %s", d.Class, d.Refusals[0].File)
			}
		})
	}
}
