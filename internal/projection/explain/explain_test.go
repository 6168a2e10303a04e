package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/explain"
	"github.com/polderhq/polder/test/sales"
)

func named(t *testing.T, release *model.Release, name string) *explain.Projection {
	t.Helper()
	all := explain.Release(release)
	i := slices.IndexFunc(all, func(p explain.Projection) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("%s is not explained", name)
	}
	return &all[i]
}

func columnOf(t *testing.T, p *explain.Projection, name string) explain.Column {
	t.Helper()
	i := slices.IndexFunc(p.Columns, func(c explain.Column) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("%s has no column %s", p.Name, name)
	}
	return p.Columns[i]
}

// openOrders is a second projection with the content of OrderNumbers.
func openOrders(ir *model.IR) {
	twin := ir.Projections[len(ir.Projections)-1]
	twin.Name = "OpenOrders"
	ir.Projections = append(ir.Projections, twin)
}

func TestAJoinIsExplained(t *testing.T) {
	t.Parallel()
	orders := named(t, sales.Release(t), "Orders")
	if orders.Rows != "one for each Order" || orders.Table != "order_0123456789ab" || orders.Fingerprint != "0123456789ab" ||
		len(orders.SharedWith) != 0 || len(orders.Events) != 3 {
		t.Errorf("explained: %+v", orders)
	}
	joined := columnOf(t, orders, "PartyName")
	if joined.Shape != explain.Join || joined.From != "CustomerId > CustomerLookup.PartyId > OrganisationLookup|PersonLookup.Name" ||
		!slices.Equal(joined.Sorted, []string{"GetOrders"}) || !slices.Equal(joined.Filtered, []string{"GetOrders"}) {
		t.Errorf("a joined column: %+v", joined)
	}
	both := columnOf(t, orders, "CustomerName")
	if both.Shape != explain.Own || both.From != "CustomerName" || both.Else != joined.From {
		t.Errorf("a stored column that is joined where it is empty: %+v", both)
	}
	index := orders.Indexes[0]
	if index.Name == "" || !slices.Equal(index.Serves, []string{"GetOrders"}) {
		t.Errorf("an index: %+v", index)
	}
	if len(orders.Cost) != 1 || orders.Cost[0].IndexEntries != 1+len(orders.Indexes) || orders.Cost[0].Rows != "1" || orders.Cost[0].Statements != 2 {
		t.Errorf("cost: %+v", orders.Cost)
	}
}

func TestProjectionsOfOneTableAreCombined(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, openOrders)
	if got := named(t, release, "OpenOrders").SharedWith; !slices.Equal(got, []string{"OrderNumbers"}) {
		t.Errorf("OpenOrders shares its table with %v", got)
	}
}

func TestCopiesAndChainsAreExplained(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, sales.WithShapes)
	orders := named(t, release, "Orders")
	if !slices.Equal(orders.Feeds, []string{"CustomerTotals", "OrderLines", "PaidOrders"}) {
		t.Errorf("Orders feeds %v", orders.Feeds)
	}
	name := columnOf(t, orders, "CustomerName")
	if name.Shape != explain.Copy || name.From != "OwnCustomerName" || !strings.HasPrefix(name.Else, "CustomerId > CustomerLookup.") {
		t.Errorf("a copied column with a value of its own: %+v", name)
	}
	if got := named(t, release, "CustomerLookup").CopiedBy; !slices.Equal(got, []string{"Orders.CustomerName", "Orders.PartyName", "Orders.CustomerCredit"}) {
		t.Errorf("CustomerLookup is copied by %v", got)
	}
	var written []string
	for _, step := range orders.Cost {
		written = append(written, step.Projection)
	}
	if want := []string{"Orders", "CustomerTotals", "OrderLines", "LineTotals", "PaidOrders"}; !slices.Equal(written, want) {
		t.Errorf("an order's event writes %v, want %v", written, want)
	}
	if cost := named(t, release, "CustomerLookup").Cost; len(cost) != 4 || !cost[1].Background || cost[1].Projection != "Orders" {
		t.Errorf("what a customer's event costs: %+v", cost)
	}
	for name, rows := range map[string]string{
		"OrderLines":     "one for each element of Orders.Lines",
		"PaidOrders":     "one for each row of Orders, where Paid",
		"CustomerTotals": "one for each group of rows of Orders with the same CustomerId",
	} {
		if got := named(t, release, name).Rows; got != rows {
			t.Errorf("%s has %q, want %q", name, got, rows)
		}
	}
	if got := columnOf(t, named(t, release, "CustomerTotals"), "Total"); got.Shape != explain.Fold || got.From != "sum Total" {
		t.Errorf("a folded column: %+v", got)
	}
}

// One customer with very many orders among many with few: the numbers say so, and joining
// stays right where nobody sorts.
func TestFanOutIsMeasured(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.Shared(t), sales.Release(t))
	account, other := s.NewAccount(t).ID, s.NewAccount(t).ID
	table := "read_models." + s.Release.Projection("Orders").Table
	lookup := "read_models." + s.Release.Projection("CustomerLookup").Table
	party := uuid.New()
	for n := range 200 {
		customer := uuid.New()
		s.Exec(t, "INSERT INTO "+lookup+" (account_id, key, row_sequence, party_id) VALUES ($1, $2, 1, $3)", account, customer, party)
		orders := 2
		if n == 0 {
			orders = 1500
		}
		s.Exec(t, "INSERT INTO "+table+" (account_id, key, row_sequence, customer_id) SELECT $1, gen_random_uuid(), 1, $2 FROM generate_series(1, $3)",
			account, customer, orders)
	}
	orders := named(t, s.Release, "Orders")
	if err := explain.Measure(t.Context(), s.Role(pg.Admin), account, s.Release, orders); err != nil {
		t.Fatal(err)
	}
	byColumn := map[string]explain.FanOut{}
	for _, f := range orders.FanOut {
		byColumn[f.Column] = f
	}
	// All customers are one party: a change of its name concerns all orders.
	if f := byColumn["PartyName"]; f.Sources != 1 || f.P50 != 1898 || f.Max != 1898 || f.Shape != explain.Join || !strings.Contains(f.Advice, "GetOrders sorts by it") {
		t.Errorf("fan-out of the party's name: %+v", f)
	}
	for _, p := range explain.Release(s.Release) {
		if err := explain.Measure(t.Context(), s.Role(pg.Admin), other, s.Release, &p); err != nil {
			t.Fatal(err)
		}
		for _, f := range p.FanOut {
			if f.Sources != 0 || f.Max != 0 || f.Advice != "no row refers to another yet" {
				t.Errorf("%s of an account without rows: %+v", fmt.Sprint(p.Name, ".", f.Column), f)
			}
		}
	}
}
