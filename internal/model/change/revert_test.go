package change_test

import (
	"testing"

	"github.com/polderhq/polder/internal/model/change"
)

func TestRevert(t *testing.T) {
	t.Parallel()
	ir := compiled(t, order("{A: text, C: text}", "- update attribute: {of: OrderMadeEvent, attribute: B, to: A}\n- add attribute: {of: OrderMadeEvent, attribute: C, value: B}\n"+
		"- delete attribute: {of: OrderChangedEvent, attribute: D, type: int}"))
	set, lost, err := change.Revert(ir, "2.0")
	if err != nil {
		t.Fatal(err)
	}
	if set.Version != "2.0-back" || set.Reverts != "2.0" || len(set.Operations) != 3 {
		t.Errorf("the set is %+v", set)
	}
	if op := set.Operations[0]; op.Kind != "update attribute" || op.Declared["attribute"] != "A" || op.Declared["to"] != "B" {
		t.Errorf("the first operation is %+v", op)
	}
	if len(lost) != 1 || lost[0] != (change.Lost{Stream: "Order", Event: "OrderChangedEvent", Version: 2, Why: "nothing says what D of OrderChangedEvent was"}) {
		t.Errorf("lost are %+v", lost)
	}
	if _, _, err := change.Revert(ir, "3.0"); err == nil {
		t.Error("a set that there is not is taken back")
	}
}
