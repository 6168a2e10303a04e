package diff_test

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model/diff"
)

// TestTheSuggestedLinesMend adds what a refusal suggests, with its blanks filled in, and the
// refusal is gone. Which of the lines to take is by number.
func TestTheSuggestedLinesMend(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edits  []string
		which  int
		blank  string
		change string
	}{
		"deleted": {[]string{"  Reference: {type: text, max: 60, optional: true}\n", "  Code: {type: text, optional: true}\n", "[Reference", "[Code", "key: Reference", "key: Code", "{Reference: ~", "{Code: ~"},
			0, "", "major event Order.OrderNotedEvent is read in another shape, without Reference: upcast OrderNotedEvent, loses data"},
		"renamed": {[]string{"  Reference: {type: text, max: 60, optional: true}\n", "  Code: {type: text, optional: true}\n", "[Reference", "[Code", "key: Reference", "key: Code", "{Reference: ~", "{Code: ~"},
			1, "", "major event Order.OrderNotedEvent is read in another shape: upcast OrderNotedEvent"},
		"converted": {[]string{"Total: money", "Total: \"decimal(12,2)\""}, 0, "amount(Total)",
			"major event Order.OrderPlacedEvent is read in another shape: upcast OrderPlacedEvent"},
		"mandatory": {[]string{"  Total: money", "  Total: money\n  Due: date", "Total, CustomerId", "Total, Due, CustomerId"}, 0, "date('2026-01-01')",
			"major event Order.OrderPlacedEvent is read in another shape: upcast OrderPlacedEvent"},
		"no longer optional": {[]string{"{type: text, max: 60, optional: true}", "text"}, 0, "'-'",
			"major event Order.OrderNotedEvent is read in another shape: upcast OrderNotedEvent"},
		"mapped": {[]string{"(low, normal, high)", "(normal, high)"}, 0, "normal",
			"major event Order.OrderPlacedEvent is read in another shape: upcast OrderPlacedEvent"},
		"event deleted": {[]string{"OrderNotedEvent", "OrderRemarkedEvent"}, 0, "",
			"major event Order.OrderNotedEvent says nothing any more: upcast OrderNotedEvent, loses data"},
		"event renamed": {[]string{"OrderNotedEvent", "OrderRemarkedEvent"}, 1, "",
			"major event Order.OrderNotedEvent becomes Order.OrderRemarkedEvent: upcast OrderNotedEvent"},
		"in a row": {[]string{", Item: text", ""}, 0, "",
			"major event Order.OrderPlacedEvent is read in another shape: upcast OrderPlacedEvent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := compiled(t, shop), edit(t, test.edits...)
			var lines []string
			for _, r := range diff.Compare(before, compiled(t, after)).Refusals {
				lines = append(lines, strings.ReplaceAll(r.Lines[test.which], "…", test.blank))
			}
			mended := compiled(t, after, "changes/2.0.yaml", strings.Join(lines, "\n")+"\n")
			holds(t, diff.Compare(before, mended), []string{test.change}, nil)
		})
	}
}

func TestTheSuggestedLinesMendAStreamType(t *testing.T) {
	t.Parallel()
	before := compiled(t, shop, "crm/Note.yaml", "entity: Note\nattributes: {Body: text}\n")
	remark := []string{"crm/Remark.yaml", "entity: Remark\nattributes: {Body: text}\n"}
	lines := diff.Compare(before, compiled(t, shop, remark...)).Refusals[0].Lines
	for i, change := range []string{
		"major event Note.NoteRegisteredEvent says nothing any more: upcast NoteRegisteredEvent, loses data",
		"major stream Note becomes Remark: upcast Note",
	} {
		mended := compiled(t, shop, append(remark, "changes/2.0.yaml", lines[i]+"\n")...)
		holds(t, diff.Compare(before, mended), []string{change}, nil)
	}
}

func TestAnExpressionOverWhatMayBeAbsentMayHaveNoValue(t *testing.T) {
	t.Parallel()
	before, after := compiled(t, shop), edit(t, "{type: text, max: 60, optional: true}", "text")
	const set = `- update attribute: {of: OrderPlacedEvent, attribute: Reference, from: {type: text, optional: true}, value: Reference}
- update attribute: {of: OrderNotedEvent, attribute: Reference, from: {type: text, optional: true}, value: "or(Reference, '-')"}
`
	d := diff.Compare(before, compiled(t, after, "changes/2.0.yaml", set))
	with := diff.Compare(before, compiled(t, after, "changes/2.0.yaml", strings.ReplaceAll(set, "value: Reference}", "value: Reference, else: \"'-'\"}")))
	if len(with.Refusals) > 0 {
		t.Errorf("with something else to take: %+v", with.Refusals)
	}
	if len(d.Refusals) != 1 || d.Refusals[0].What != "Reference of OrderPlacedEvent was optional, and is mandatory" {
		t.Errorf("refusals: %+v", d.Refusals)
	}
}
