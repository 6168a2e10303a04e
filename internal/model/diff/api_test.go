package diff_test

import (
	"testing"

	"github.com/polderhq/polder/internal/model/diff"
)

func TestWhatBreaksClientsIsFlagged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edits  []string
		change string
	}{
		"command gone": {[]string{"NoteOrderCommand", "RemarkOrderCommand"}, "move command NoteOrderCommand is gone: swap, breaks the API"},
		"command new":  {[]string{"NoteOrderCommand", "RemarkOrderCommand"}, "move command RemarkOrderCommand is new: swap"},
		"input gone": {[]string{"[Reference, Priority, Total,", "[Priority, Total,"},
			"move command PlaceOrderCommand takes Reference: it is gone: swap, breaks the API"},
		"mandatory input": {[]string{"  NoteOrderCommand: {input: [Reference]", "  NoteOrderCommand: {input: {Reference: ~, Why: text}"},
			"move command NoteOrderCommand takes Why: it is new, and mandatory: swap, breaks the API"},
		"optional input": {[]string{"  NoteOrderCommand: {input: [Reference]", "  NoteOrderCommand: {input: {Reference: ~, Why: {type: text, optional: true}}"},
			"move command NoteOrderCommand takes Why: it is new, and optional: swap"},
		"input with a default": {[]string{"  NoteOrderCommand: {input: [Reference]", "  NoteOrderCommand: {input: {Reference: ~, Why: {type: text, default: \"'-'\"}}"},
			"move command NoteOrderCommand takes Why: it is new, and optional: swap"},
		"input that must be given": {[]string{"  NoteOrderCommand: {input: [Reference]", "  NoteOrderCommand: {input: {Reference: {optional: false}}"},
			"move command NoteOrderCommand takes Reference: it was optional, and is mandatory: swap, breaks the API"},
		"no more creates": {[]string{"    to: placed\n", "    in: [placed]\n    to: placed\n", "NoteOrderCommand: {", "NoteOrderCommand: {creates: true, to: placed, "},
			"move command PlaceOrderCommand takes OrderId: it was optional, and is mandatory: swap, breaks the API"},
		"value of an enum": {[]string{"(low, normal, high)", "(normal, high)"},
			"move command PlaceOrderCommand takes Priority: it cannot be low any more: swap, breaks the API"},
		"value that rows show": {[]string{"{columns: {Reference: ~", "{columns: {Priority: ~, Reference: ~", "(low, normal, high)", "(low, normal, high, top)"},
			"minor query GetOrders shows Priority too: swap"},
		"query gone": {[]string{"GetOrders", "GetSales"}, "move query GetOrders is gone: nothing, breaks the API"},
		"column of another type": {[]string{"Customer: Customer.Name", "Customer: Lines"},
			"minor query GetOrders shows Customer: it was text, and is a list by LineNo: swap, breaks the API"},
		"sort gone":     {[]string{"sort: [Total]", "sort: [Reference]"}, "move query GetOrders cannot be sorted by Total any more: swap, breaks the API"},
		"another order": {[]string{"sort: [Total]", "sort: [-Total]"}, "move query GetOrders has another description, order, page or permission: swap"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := diff.Compare(compiled(t, shop), compiled(t, edit(t, test.edits...)))
			var lines []string
			for _, r := range d.Refusals {
				lines = append(lines, r.Lines...)
			}
			holds(t, d, []string{test.change}, lines)
		})
	}
}
