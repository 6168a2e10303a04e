package compile_test

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

// orderedIn names the columns that have a key in their table, as "Projection.Column".
func orderedIn(ir *model.IR) string {
	var names []string
	for _, p := range ir.Projections {
		for _, c := range p.Columns {
			if c.Ordered {
				names = append(names, p.Name+"."+c.Name)
			}
		}
	}
	return strings.Join(names, " ")
}

func TestNumbersThatAreAskedByHaveKeys(t *testing.T) {
	t.Parallel()
	const queries, limit = "queries: {}", "Code: text}"
	credit := []string{limit, "Code: text, Credit: money}", "Large: ~}", "Large: ~, Credit: Customer.Credit}"}
	for _, test := range []struct {
		what    string
		changes []string
		want    string
		format  int
	}{
		{"nobody asks", nil, "", 1},
		{"a whole number", []string{"LineNo: ~, ", "LineNo: ~, Worth: Quantity * Price, ", ", Worth: Quantity * Price}", "}", queries, "queries: {GetLines: {from: OrderLines, filter: [LineNo]}}"}, "", 1},
		{"a filter", []string{queries, "queries: {GetOrders: {from: Orders, filter: [Total]}}"}, "Orders.Total", 2},
		{"an order", []string{queries, "queries: {GetLines: {from: OrderLines, sort: [-Worth]}}"}, "OrderLines.Worth", 2},
		{"a sum of a group", []string{queries, "queries: {GetDays: {from: Days, sort: [Total]}}"}, "Days.Total", 2},
		{"groups by a number", []string{"group: [CustomerId, Day]", "group: [CustomerId, Total]", "Total: sum(Total), ", ""}, "Orders.Total", 2},
		{"an index of the file", []string{"    columns: {CustomerName: {", "    index: [[Total]]\n    columns: {CustomerName: {"}, "Orders.Total", 2},
		{"a copy, not what it is of", append(credit, queries, "queries: {GetOrders: {from: Orders, filter: [Credit]}}"), "Orders.Credit", 2},
		{"a join, where it leads to", append(credit, "Credit: Customer.Credit}", "Credit: Customer.Credit}\n    shape: {Customer: join}",
			queries, "queries: {GetOrders: {from: Orders, filter: [Credit]}}"), "CustomerLookup.Credit Customers.Credit", 2}, // these are one table
		{"what shares a table", []string{"  Days:", "  Again: {of: Orders, where: Large, columns: [CustomerName, Total]}\n  Days:",
			queries, "queries: {GetLarge: {from: Again, filter: [Total]}}"}, "Again.Total LargeOrders.Total", 2},
	} {
		ir := shapes(t, test.changes...)
		if got := orderedIn(ir); got != test.want || ir.Format != test.format {
			t.Errorf("%s: format %d, and keys have %q; expected %d and %q", test.what, ir.Format, got, test.format, test.want)
		}
	}
}

// A table that gets a key is another one, and so are those that it feeds; what only looks
// something up there, or copies from it, stays.
func TestKeysArePartOfATable(t *testing.T) {
	t.Parallel()
	credits := func(customers, orders string) *model.IR {
		return shapes(t, "attributes: {PartyId: \"ref(Organisation, Person)\", Code: text}", "attributes: {PartyId: \"ref(Organisation, Person)\", Code: text, Credit: money}\n"+
			"projections: {Credits: {columns: [Credit, Code]}}\nqueries: {GetCredits: {filter: ["+customers+"]}}",
			"Large: ~}", "Large: ~, Credit: Customer.Credit}\n    shape: {Customer: duplicate}", "queries: {}", orders)
	}
	before := credits("Code", "queries: {}")
	after := credits("Credit", "queries: {GetOrders: {from: Orders, filter: [Total]}}")
	for name, same := range map[string]bool{"Orders": false, "OrderLines": false, "Days": false, "Credits": false, "CustomerLookup": true, "PersonLookup": true} {
		if (projectionOf(t, before, name).Fingerprint == projectionOf(t, after, name).Fingerprint) != same {
			t.Errorf("the fingerprint of %s stays the same: %v, expected %v", name, !same, same)
		}
	}
	if alone := credits("Credit", "queries: {}"); projectionOf(t, before, "Orders").Fingerprint != projectionOf(t, alone, "Orders").Fingerprint {
		t.Error("a key beside what orders copy makes their table another one")
	}
}
