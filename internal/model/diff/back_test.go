package diff_test

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/diff"
)

// back returns the release that leads back from the newer model to the older one.
func back(t *testing.T, older, newer *model.IR) *model.IR {
	t.Helper()
	ir, _, err := change.Onto(older, newer)
	if err != nil {
		t.Fatal(err)
	}
	return ir
}

func TestTheWayBackFollowsBoth(t *testing.T) {
	t.Parallel()
	before := compiled(t, shop)
	after := compiled(t, edit(t, "OrderNotedEvent", "OrderRemarkedEvent"), "changes/2.0.yaml",
		"- rename event: {event: OrderNotedEvent, to: OrderRemarkedEvent}\n")
	home := back(t, before, after)
	if d := diff.Compare(before, home); d.Class != "" || len(d.Tables)+len(d.Refusals) > 0 {
		t.Errorf("it is not the older model: %+v", d)
	}
	holds(t, diff.Compare(after, home), []string{"major event Order.OrderRemarkedEvent becomes Order.OrderNotedEvent: upcast OrderRemarkedEvent"}, nil)
	if d := diff.Compare(after, before); len(d.Refusals) != 1 || !strings.Contains(d.Refusals[0].What, "no successor") {
		t.Errorf("the older model alone leads back: %+v", d.Refusals)
	}
}

func TestWhatCannotBeSaidOnTheWayBackIsToldAndNotRefused(t *testing.T) {
	t.Parallel()
	before := compiled(t, shop)
	after := compiled(t, edit(t, "(low, normal, high)", "(normal, high)"), "changes/2.0.yaml",
		"- update attribute: {of: OrderPlacedEvent, attribute: Priority, from: \"enum(low, normal, high)\", value: \"Priority == 'low' ? 'normal' : Priority\"}\n")
	d := diff.Compare(after, back(t, before, after))
	if len(d.Refusals) > 0 || !strings.HasPrefix(d.Changes[0].What, "cannot be read: ") || !d.Changes[0].LosesData {
		t.Errorf("refusals %+v, changes %+v", d.Refusals, d.Changes)
	}
}
