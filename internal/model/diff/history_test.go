package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/diff"
)

// declares gives the model a change set of version 2, and the upcasts that it comes to.
func declares(ir *model.IR, upcasts ...model.Upcast) *model.IR {
	ir.Changes = []model.ChangeSet{{Version: "2", Operations: []model.Operation{{Kind: "rename event", Declared: map[string]string{"event": "A"}}}, Origin: "models/erp/changes/2.yaml:1"}}
	for i := range upcasts {
		u := &upcasts[i]
		u.Stream, u.Version, u.Origin = "Order", 1, "models/erp/changes/2.yaml:1"
		for j := range u.Into {
			u.Into[j].Version = 2
		}
	}
	ir.Upcasts = upcasts
	for i := range ir.Streams {
		for j := range ir.Streams[i].Events {
			if slices.ContainsFunc(upcasts, func(u model.Upcast) bool { return len(u.Into) > 0 && u.Into[0].Event == ir.Streams[i].Events[j].Name }) {
				ir.Streams[i].Events[j].Version = 2
			}
		}
	}
	return ir
}

func into(stream, event string, attributes ...model.Derive) []model.Into {
	return []model.Into{{Stream: stream, Event: event, Attributes: attributes}}
}

func TestADeclaredChangeIsFollowedToWhatArrives(t *testing.T) {
	t.Parallel()
	before := compiled(t, shop)
	text := &model.Type{Kind: model.Text}
	renamed := edit(t, "OrderNotedEvent", "OrderRemarkedEvent")
	for name, test := range map[string]struct {
		order   string
		upcasts []model.Upcast
		changes []string
		lines   []string
	}{
		"renamed": {renamed, []model.Upcast{{Event: "OrderNotedEvent", Into: into("Order", "OrderRemarkedEvent", model.Derive{Name: "Reference", From: "Reference"})}},
			[]string{"major event Order.OrderNotedEvent becomes Order.OrderRemarkedEvent: upcast OrderNotedEvent"}, nil},
		"renamed, and something lost": {renamed, []model.Upcast{{Event: "OrderNotedEvent", Into: into("Order", "OrderRemarkedEvent")}},
			[]string{"major event Order.OrderNotedEvent becomes Order.OrderRemarkedEvent, without Reference: upcast OrderNotedEvent, loses data"}, nil},
		"converted, and read by what it is": {shop, []model.Upcast{{Event: "OrderNotedEvent", Reads: []model.Attribute{{Name: "Reference"}},
			Into: into("Order", "OrderNotedEvent", model.Derive{Name: "Reference", Expr: "Reference + '!'", Type: text})}},
			[]string{"major event Order.OrderNotedEvent is read in another shape: upcast OrderNotedEvent"}, nil},
		"converted to what it is not": {shop, []model.Upcast{{Event: "OrderNotedEvent",
			Into: into("Order", "OrderNotedEvent", model.Derive{Name: "Reference", Expr: "1", Type: &model.Type{Kind: model.Bool}})}},
			nil, []string{`- update attribute: {of: OrderNotedEvent, attribute: Reference, from: bool, value: "…"}`}},
		"a mandatory one that does not arrive": {shop, []model.Upcast{{Event: "OrderPlacedEvent", Into: into("Order", "OrderPlacedEvent",
			model.Derive{Name: "Priority", From: "Priority"}, model.Derive{Name: "Total", From: "Total"}, model.Derive{Name: "Lines", From: "Lines"})}},
			nil, []string{`- add attribute: {of: OrderPlacedEvent, attribute: OrderNumber, value: "…"}`}},
		"says nothing any more": {shop, []model.Upcast{{Event: "OrderNotedEvent"}},
			[]string{"major event Order.OrderNotedEvent says nothing any more: upcast OrderNotedEvent, loses data"}, nil},
		"cannot be said": {shop, []model.Upcast{{Event: "OrderNotedEvent", Refuse: "it is younger"}},
			[]string{"major event Order.OrderNotedEvent cannot be read: it is younger: upcast OrderNotedEvent, loses data"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holds(t, diff.Compare(before, declares(compiled(t, test.order), test.upcasts...)), test.changes, test.lines)
		})
	}
}

func TestStepsAreFollowedToTheEnd(t *testing.T) {
	t.Parallel()
	after := compiled(t, edit(t, "OrderNotedEvent", "OrderRemarkedEvent"))
	between := model.Into{Stream: "Order", Event: "OrderCommentedEvent", Version: 2, Attributes: []model.Derive{{Name: "Text", From: "Reference"}}}
	last := model.Into{Stream: "Order", Event: "OrderRemarkedEvent", Version: 3, Attributes: []model.Derive{{Name: "Reference", From: "Text"}}}
	after.Upcasts = []model.Upcast{
		{Stream: "Order", Event: "OrderNotedEvent", Version: 1, Into: []model.Into{between}, Origin: "a:1"},
		{Stream: "Order", Event: "OrderCommentedEvent", Version: 2, Into: []model.Into{last}, Origin: "b:1"},
	}
	holds(t, diff.Compare(compiled(t, shop), after),
		[]string{"major event Order.OrderNotedEvent becomes Order.OrderRemarkedEvent: upcast OrderNotedEvent"}, nil)
}

func TestAStreamTypeThatIsGoneIsOneRefusal(t *testing.T) {
	t.Parallel()
	before := compiled(t, shop, "crm/Note.yaml", "entity: Note\nattributes: {Body: text}\n")
	holds(t, diff.Compare(before, compiled(t, shop, "crm/Remark.yaml", "entity: Remark\nattributes: {Body: text}\n")),
		[]string{"major stream Note is gone: upcast Note, loses data", "minor stream Remark is new: swap"},
		[]string{"- delete stream: {stream: Note, events: {NoteRegisteredEvent: {}, NoteChangedEvent: {}}}",
			"- rename stream: {stream: Note, to: Remark}\n- rename event: {event: NoteRegisteredEvent, to: RemarkRegisteredEvent}\n- rename event: {event: NoteChangedEvent, to: RemarkChangedEvent}"})
}

func TestAStateThatIsGoneIsWhatItsEventsLeadTo(t *testing.T) {
	t.Parallel()
	merged := edit(t, "confirmed, closed]", "confirmed]", "[confirmed], to: closed", "[confirmed], to: confirmed")
	holds(t, diff.Compare(compiled(t, shop), compiled(t, merged)),
		[]string{"major state Order.closed is gone; what is in it will be in confirmed: swap, loses data"}, nil)

	nowhere := edit(t, "confirmed, closed]", "confirmed]", "[confirmed], to: closed, raises: OrderClosedEvent", "[confirmed], input: [Total], raises: OrderClosedEvent")
	d := diff.Compare(compiled(t, shop), compiled(t, nowhere))
	if !slices.ContainsFunc(d.Refusals, func(r diff.Refusal) bool { return strings.Contains(r.What, "The state closed of Order is gone") }) {
		t.Errorf("refusals: %+v", d.Refusals)
	}
}

func TestOnlyASuccessorIsCompared(t *testing.T) {
	t.Parallel()
	before := declares(compiled(t, shop))
	other := declares(compiled(t, shop))
	other.Changes[0].Operations[0].Declared = map[string]string{"event": "B"}
	for name, after := range map[string]*model.IR{"without the set": compiled(t, shop), "with another one": other} {
		d := diff.Compare(before, after)
		if len(d.Refusals) != 1 || !strings.Contains(d.Refusals[0].What, "no successor") || d.Refusals[0].File != "" {
			t.Errorf("%s: %+v", name, d.Refusals)
		}
	}
	if d := diff.Compare(before, declares(compiled(t, shop))); len(d.Refusals) > 0 {
		t.Errorf("a successor: %+v", d.Refusals)
	}
}

func TestOperationsOverStreamsTakeARewrite(t *testing.T) {
	t.Parallel()
	after := declares(compiled(t, shop))
	after.Changes[0].Operations[0] = model.Operation{Kind: "split stream", Origin: "models/erp/changes/2.yaml:1"}
	holds(t, diff.Compare(compiled(t, shop), after), []string{"major history 2 declares: split stream: rewrite"}, nil)
}
