package compile_test

import (
	"strings"
	"testing"
)

const lineaged = `
-- model.yaml --
name: shop
currency: EUR
-- orders/Order.yaml --
agreement: Order
attributes:
  Reference: {type: text, optional: true}
  Remark: {type: text, optional: true}
  Total: money
projections:
  References: {columns: [Reference]}
  Totals: {columns: [Total]}
  Remarks: {columns: [Remark]}
  All: {columns: [Reference, Remark, Total]}
`

// A table is shared by releases that read other stored events as well, unless what it keeps
// comes from elsewhere.
func TestAFingerprintStandsForWhereNeededAttributesComeFrom(t *testing.T) {
	t.Parallel()
	projections := []string{"References", "Totals", "Remarks", "All"}
	fingerprints := func(changes string) map[string]string {
		ir, found := compiled(t, lineaged+changes), map[string]string{}
		for _, name := range projections {
			found[name] = projectionOf(t, ir, name).Fingerprint
		}
		return found
	}
	base := fingerprints("")
	for _, test := range []struct{ what, changes, differ string }{
		{"another type", `
-- changes/2.0.yaml --
- update attribute: {of: OrderMadeEvent, attribute: Total, from: "decimal(12,2)", value: "money(Total, 'EUR')"}
`, "Totals All"},
		{"another name", `
-- changes/2.0.yaml --
- update attribute: {of: OrderChangedEvent, attribute: Remark, to: Reference}
- add attribute: {of: OrderChangedEvent, attribute: Remark}
`, "References Remarks All"},
		{"what is gone", `
-- changes/2.0.yaml --
- delete attribute: {of: OrderMadeEvent, attribute: Colour, type: text}
`, ""},
		{"gone, and here again", `
-- changes/2.0.yaml --
- delete attribute: {of: OrderMadeEvent, attribute: Remark, type: text}
-- changes/3.0.yaml --
- add attribute: {of: OrderMadeEvent, attribute: Remark}
`, "Remarks All"},
		{"a value that follows from another attribute", `
-- changes/2.0.yaml --
- add attribute: {of: OrderMadeEvent, attribute: Remark, value: "Reference"}
`, "Remarks All"},
		{"an older change of what a value follows from", `
-- changes/2.0.yaml --
- update attribute: {of: OrderMadeEvent, attribute: Number, to: Reference, from: int, value: "'x'"}
-- changes/3.0.yaml --
- add attribute: {of: OrderMadeEvent, attribute: Remark, value: "Reference"}
`, "References Remarks All"},
	} {
		for name, got := range fingerprints(test.changes) {
			if differs := strings.Contains(test.differ, name); (got != base[name]) != differs {
				t.Errorf("%s: another table of %s: %v, expected %v", test.what, name, !differs, differs)
			}
		}
	}
}
