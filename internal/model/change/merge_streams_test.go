package change_test

import (
	"strings"
	"testing"
)

const notes = `-- model.yaml --
name: shop
currency: EUR
-- orders/Order.yaml --
agreement: Order
attributes: {Reference: {type: text, optional: true}, Note: {type: text, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [Reference], raises: OrderPlacedEvent}
  WriteNoteCommand: {input: [Note], raises: NoteWrittenEvent}
  ChangeNoteCommand: {input: [Note], raises: NoteChangedEvent}
`

func TestMergeStreams(t *testing.T) {
	t.Parallel()
	merge := notes + "-- changes/2.0.yaml --\n- merge streams: {stream: OrderNote, events: [NoteWrittenEvent, NoteChangedEvent], into: Order, by: OrderId}\n"
	rewritten(t, []rewrite{
		{"by a reference", merge, `
			Order a OrderPlacedEvent/1 {"Reference":"A-1"}
			OrderNote b NoteWrittenEvent/1 {"OrderId":"@a","Note":"x"}
			OrderNote c NoteWrittenEvent/1 {"OrderId":"@a"}
			OrderNote b NoteChangedEvent/1 {"Note":"y"}`, `
			Order a OrderPlacedEvent/1 {"Reference":"A-1"}
			Order a NoteWrittenEvent/2 {"Note":"x"}
			Order a NoteWrittenEvent/2 {}
			Order a NoteChangedEvent/2 {"Note":"y"}`},
		{"by id", strings.Replace(merge, ", by: OrderId", "", 1), `OrderNote a NoteChangedEvent/1 {"Note":"y"}`, `Order a NoteChangedEvent/2 {"Note":"y"}`},
	})
	run(t, []story{{"nobody reads it wrongly", merge, `OrderNote.NoteWrittenEvent/1 {}`, `refused: needs the rewrite of 2.0`}})
	refuse(t, notes, map[string]string{
		`- merge streams: {stream: Order, events: [NoteWrittenEvent], into: Order}`:               `There still is a type "Order"`,
		`- merge streams: {stream: OrderNote, events: [NoteWrittenEvent], into: Ordr}`:            `did you mean "Order"?`,
		`- merge streams: {stream: OrderNote, events: [], into: Order}`:                           `No event of OrderNote is named`,
		`- merge streams: {stream: OrderNote, events: [NoteWriteEvent], into: Order}`:             `did you mean "NoteWrittenEvent"?`,
		`- merge streams: {stream: OrderNote, events: [NoteWrittenEvent], into: Order, by: Note}`: `Note is text, and no reference to Order`,
	})
	const note = "-- orders/OrderNote.yaml --\nactivity: OrderNote\nattributes: {Note: {type: text, optional: true}, OrderId: ref(Order)}\n" +
		"commands:\n  WriteNoteCommand: {creates: true, input: [Note, OrderId], raises: NoteWrittenEvent}\n  ChangeNoteCommand: {input: [Note], raises: NoteChangedEvent}\n"
	before, _, _ := strings.Cut(notes, "  WriteNote")
	older := compiled(t, before+note)
	back, _ := onto(t, older, compiled(t, merge))
	stays(t, older, back)
	again, _ := onto(t, compiled(t, merge), back)
	stays(t, compiled(t, merge), again)
}
