package compile_test

import (
	"encoding/json"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
)

const changed = `
-- model.yaml --
name: shop
currency: EUR
-- orders/Order.yaml --
agreement: Order
attributes:
  CustomerReference: {type: text, optional: true}
  Priority: {type: "enum(low, normal)"}
  Total: money
projections:
  Orders: {columns: [CustomerReference, Total]}
  Priorities: {columns: [Priority]}
-- changes/2.0.yaml --
- update attribute: {of: OrderMadeEvent, attribute: Reference, to: CustomerReference}
-- changes/10.0.yaml --
- add attribute: {of: OrderMadeEvent, attribute: Priority, value: "Total > money('100') ? 'normal' : 'low'"}
- update attribute: {of: OrderChangedEvent, attribute: Total, from: "decimal(12,2)", value: "money(Total, 'EUR')", else: "money('0')"}
`

func TestChangesMakeUpcasts(t *testing.T) {
	t.Parallel()
	result, err := compile.Compile(archive(changed))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Load(result.Canonical); err != nil {
		t.Fatal(err)
	}
	versions := map[string]int{}
	for _, e := range result.IR.Streams[0].Events {
		versions[e.Name] = e.Version
	}
	if versions["OrderMadeEvent"] != 3 || versions["OrderChangedEvent"] != 2 {
		t.Errorf("versions %v", versions)
	}
	if got := result.IR.Changes; len(got) != 2 || got[0].Version != "2.0" || got[1].Version != "10.0" {
		t.Errorf("sets are not in the order of their versions: %+v", got)
	}
	text, err := json.MarshalIndent(map[string]any{"changes": result.IR.Changes, "upcasts": result.IR.Upcasts}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/changes.golden.json", string(text)+"\n")
}
