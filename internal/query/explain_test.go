package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/test/sales"
)

// manyOrders fills an account with customers and orders that a filter can choose from.
func manyOrders(customers, orders int) []sales.Event {
	var events []sales.Event
	ids := make([]uuid.UUID, customers)
	for n := range customers {
		person := uuid.New()
		ids[n] = uuid.New()
		events = append(events, happened("Person", person, "PersonRegisteredEvent", fields{"Name": fmt.Sprintf("Person %d", n)}),
			happened("Customer", ids[n], "CustomerAssignedEvent", fields{"PartyId": person}))
	}
	for n := range orders {
		payload := fields{"OrderNumber": n, "Note": fmt.Sprintf("note %d", n), "Total": money(fmt.Sprint(n), "EUR"), "Quantity": fmt.Sprint(n),
			"PlacedOn": fmt.Sprintf("%d-01-02", 1000+n), "PlacedAt": fmt.Sprintf("%d-01-02T00:00:00Z", 1000+n), "Paid": n == 7}
		if payload["CustomerId"] = ids[n%customers]; n%3 == 0 {
			payload["CustomerName"] = fmt.Sprintf("Name %d", n)
		}
		events = append(events, place(uuid.New(), payload))
	}
	return append(events, happened("Order", events[len(events)-1].Stream, "OrderConfirmedEvent", nil))
}

// An index says which queries it serves; here is the proof.
func TestEachFilterUsesItsIndex(t *testing.T) {
	t.Parallel()
	w := &world{Store: sales.Open(t, pgtest.New(t), sales.Release(t))}
	w.restart(t)
	w.project(t)
	w.store(t, manyOrders(3000, 6000)...)
	w.Exec(t, "ANALYZE")
	const total, quantity = "order_0123456789ab_by_total_order: ", "order_0123456789ab_by_quantity_order: "
	after := func(sort string) string { return w.second(t, "GetOrders", sort) }
	for _, test := range []struct {
		body    string
		indexes []string // with the condition that must be the index's own
	}{
		{`{"OrderNumber": 5}`, []string{"order_0123456789ab_by_order_number: (order_number = "}},
		{`{"OrderNumber": {"gte": 5, "lt": 9}}`, []string{"order_0123456789ab_by_order_number: (order_number >= "}},
		{`{"OrderNumber": [5, 6]}`, []string{"order_0123456789ab_by_order_number: (order_number = ANY"}},
		{`{"OrderNumber": null}`, []string{"order_0123456789ab_by_order_number: (order_number IS NULL"}},
		{`{"Note": "note 5"}`, []string{"order_0123456789ab_by_note: (note = "}},
		{`{"Note": {"prefix": "note 399"}}`, []string{"order_0123456789ab_by_note: (note >= "}},
		{`{"Status": "confirmed"}`, []string{"order_0123456789ab_by_status: (status = "}},
		{`{"CustomerId": "` + anna.String() + `"}`, []string{"order_0123456789ab_by_customer_id: (customer_id = "}},
		{`{"PlacedOn": {"gte": "6990-01-01"}}`, []string{"order_0123456789ab_by_placed_on: (placed_on >= "}},
		{`{"PlacedAt": {"gte": "6990-01-01T00:00:00Z"}}`, []string{"order_0123456789ab_by_placed_at: (placed_at >= "}},
		{`{"Paid": true}`, []string{"order_0123456789ab_by_paid: (paid = true"}},
		{`{"PartyName": "Person 5"}`, []string{"person_0123456789ab_by_name: (name = ", "customer_0123456789ab_by_party_id: (party_id = ANY", "order_0123456789ab_by_customer_id: (customer_id = ANY"}},
		{`{"CustomerName": "Person 5"}`, []string{"person_0123456789ab_by_name: (name = ", "order_0123456789ab_by_customer_name: (customer_name = ", "order_0123456789ab_by_customer_id: (customer_id = ANY"}},
		{`{"CustomerName": {"prefix": "Person 49"}}`, []string{"person_0123456789ab_by_name: (name >= ", "order_0123456789ab_by_customer_name: (customer_name >= "}},
		{`{"Total": {"gte": 5990}}`, []string{total + "(total_order >= "}},
		{`{"Total": {"gte": 5990}, "$sort": ["Total"]}`, []string{total + "(total_order >= "}},
		{`{"Total": {"gt": 5, "lte": 9}}`, []string{total + "(total_order > "}},
		{`{"Total": {"lt": "9.5 EUR"}}`, []string{total + "(total_order < "}},
		{`{"Total": "5.00"}`, []string{total + "(total_order = "}},
		{`{"Total": ["5", "6 USD"]}`, []string{total + "(total_order = ANY"}},
		{`{"Total": null}`, []string{total + "(total_order IS NULL"}},
		{`{"Quantity": {"gte": 5, "lt": 9.5}}`, []string{quantity + "(quantity_order >= "}},
		{`{"Quantity": 5}`, []string{quantity + "(quantity_order = "}},
		{`{"Quantity": [5, "6.5"]}`, []string{quantity + "(quantity_order = ANY"}},
		{`{"Quantity": null}`, []string{quantity + "(quantity_order IS NULL"}},
		{after(`["Total"]`), []string{total + "(total_order > "}},
		{after(`["-Total"]`), []string{total + "(total_order < "}},
		{after(`["Quantity"]`), []string{quantity + "(quantity_order > "}},
		{after(`["-Quantity"]`), []string{quantity + "(quantity_order < "}},
		{`{"$sort": ["OrderNumber"]}`, []string{"order_0123456789ab_by_order_number: (account_id = "}},
		{`{"$sort": ["-OrderNumber"]}`, []string{"order_0123456789ab_by_order_number: (account_id = "}},
		{after(`["OrderNumber"]`), []string{"order_0123456789ab_by_order_number: (order_number > "}},
		{after(`["-PlacedOn"]`), []string{"order_0123456789ab_by_placed_on: (placed_on < "}},
	} {
		w.mustUse(t, query.Asked{Name: "GetOrders", Body: test.body}, test.indexes...)
	}
}

// second asks for the second page of a query without filters.
func (w *world) second(t *testing.T, query, sort string) string {
	t.Helper()
	next := w.askFor(t, query, fmt.Sprintf(`{"$sort": %s}`, sort)).Next
	if next == "" {
		t.Fatalf("%s by %s has one page", query, sort)
	}
	return fmt.Sprintf(`{"$sort": %s, "$after": %q}`, sort, next)
}

// A release of before numbers had keys goes on as it was: below row-level security comparisons
// of numeric are no index conditions, so the index is walked in order, within the account.
func TestNumbersWithoutKeysAreWalked(t *testing.T) {
	t.Parallel()
	w := &world{Store: sales.Open(t, pgtest.New(t), sales.Release(t, sales.Format1))}
	w.restart(t)
	w.project(t)
	w.store(t, manyOrders(30, 6000)...)
	w.Exec(t, "ANALYZE")
	for _, body := range []string{`{"Total": {"gte": 5990}, "$sort": ["Total"]}`, `{"$sort": ["-Total"]}`, w.second(t, "GetOrders", `["Total"]`)} {
		w.mustUse(t, query.Asked{Name: "GetOrders", Body: body}, "order_f123456789ab_by_total: (account_id = ")
	}
	if got := numbers(t, w.ask(t, `{"Total": [5, "7 EUR"], "$sort": ["-Total"]}`)); !slices.Equal(got, []int{7, 5}) {
		t.Errorf("the orders over 5 and 7 are %v", got)
	}
}

// What is copied is filtered and sorted like a column of the table's own. While copies are
// brought up to date, filters go the whole way by indexes; an order by a joined column has none.
func TestCopiesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	w := &world{Store: sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithCopies))}
	w.restart(t)
	const customers = 3000
	events := manyOrders(customers, 6000)
	orders := 2 * customers // is where they begin: credits that came later would be so many jobs
	var credited []sales.Event
	for n, e := range events[:orders] {
		if e.Name == "CustomerAssignedEvent" {
			credited = append(credited, happened("Customer", e.Stream, "CustomerCreditedEvent", fields{"Credit": money(fmt.Sprint(n), "EUR")}))
		}
	}
	w.settle(t, slices.Insert(events, orders, credited...)...)
	w.Exec(t, `INSERT INTO store.fan_outs (account_id, table_name, ref, source_key)
SELECT gen_random_uuid(), $1, 'CustomerId', gen_random_uuid() FROM generate_series(1, 3000)`, sales.ShapedOrders)
	w.Exec(t, "ANALYZE")
	const order = "order_a00000000001_by_"
	person, customer := "person_0123456789ab_by_name: (name = ", "customer_c00000000001_by_party_id: (party_id = ANY"
	for _, test := range []struct {
		body           string
		copied, joined []string
	}{
		{`{"PartyName": "Person 5"}`, []string{order + "party_name: (party_name = "}, []string{person, customer, order + "customer_id: (customer_id = ANY"}},
		{`{"PartyName": {"prefix": "Person 49"}}`, []string{order + "party_name: (party_name >= "}, []string{"person_0123456789ab_by_name: (name >= "}},
		{`{"CustomerName": "Person 5"}`, []string{order + "customer_name: (customer_name = "},
			[]string{order + "own_customer_name: (own_customer_name = ", person, customer, order + "customer_id: (customer_id = ANY"}},
		{`{"CustomerCredit": {"gte": 5, "lt": 9.5}}`, []string{order + "customer_credit_order: (customer_credit_order >= "},
			[]string{"customer_c00000000001_by_credit_order: (credit_order >= ", order + "customer_id: (customer_id = ANY"}},
		{`{"CustomerCredit": [5, "7.0 EUR"]}`, []string{order + "customer_credit_order: (customer_credit_order = ANY"},
			[]string{"customer_c00000000001_by_credit_order: (credit_order = ANY", order + "customer_id: (customer_id = ANY"}},
		{`{"$sort": ["CustomerCredit"]}`, []string{order + "customer_credit_order: (account_id = "}, nil},
		{w.second(t, "GetOrders", `["CustomerCredit"]`), []string{order + "customer_credit_order: (customer_credit_order > "}, nil},
		{`{"$sort": ["PartyName"]}`, []string{order + "party_name: (account_id = "}, nil},
		{`{"$sort": ["-CustomerName"]}`, []string{order + "customer_name: (account_id = "}, nil},
		{fmt.Sprintf(`{"$sort": ["PartyName"], "$after": %q}`, w.ask(t, `{"$sort": ["PartyName"]}`).Next), []string{order + "party_name: (party_name > "}, nil},
		{`{"OrderNumber": 5}`, []string{order + "order_number: (order_number = "}, []string{order + "order_number: (order_number = "}},
	} {
		w.mustUse(t, query.Asked{Name: "GetOrders", Body: test.body}, append(test.copied, "fan_outs_pkey: (account_id = ")...)
		w.mustUse(t, query.Asked{Name: "GetOrders", Body: test.body, WhileCopied: true}, test.joined...)
	}
}

// Rows that follow from others have indexes of their own.
func TestChainedTablesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	w := &world{Store: sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes))}
	w.restart(t)
	events := manyOrders(3000, 6000)
	for n, e := range events {
		if e.Name == "OrderPlacedEvent" {
			e.Payload["Lines"] = []fields{{"LineId": fmt.Sprintf("line %d", n), "Count": n}}
			e.Payload["Paid"] = true
		}
	}
	w.settle(t, events...)
	w.Exec(t, "ANALYZE")
	for _, test := range []struct{ query, body, index string }{
		{"GetOrderLines", `{"OrderNumber": 5}`, sales.OrderLines + "_by_order_number: (order_number = "},
		{"GetOrderLines", `{"LineId": {"prefix": "line 399"}}`, sales.OrderLines + "_by_line_id: (line_id >= "},
		{"GetOrderLines", `{"PartyName": "Person 5"}`, sales.OrderLines + "_by_party_name: (party_name = "},
		{"GetOrderLines", `{"$sort": ["-Count"]}`, sales.OrderLines + "_by_count: (account_id = "},
		{"GetPaidOrders", `{"CustomerId": "` + anna.String() + `"}`, sales.PaidOrders + "_by_customer_id: (customer_id = "},
		{"GetPaidOrders", `{"$sort": ["PartyName"]}`, sales.PaidOrders + "_by_party_name: (account_id = "},
		{"GetCustomerTotals", `{"CustomerId": "` + anna.String() + `"}`, sales.CustomerTotals + "_by_customer_id: (customer_id = "},
		{"GetCustomerTotals", `{"Orders": {"gte": 3}}`, sales.CustomerTotals + "_by_orders: (orders >= "},
		{"GetCustomerTotals", `{"$sort": ["-Total"]}`, sales.CustomerTotals + "_by_total_order: (account_id = "},
		{"GetCustomerTotals", w.second(t, "GetCustomerTotals", `["-Total"]`), sales.CustomerTotals + "_by_total_order: (total_order < "},
		{"GetCustomerTotals", `{"Total": {"gte": 8990}}`, sales.CustomerTotals + "_by_total_order: (total_order >= "},
		{"GetLineTotals", `{"LineId": "line 4000"}`, sales.LineTotals + "_by_line_id: (line_id = "},
		{"GetLineTotals", `{"$sort": ["Count"]}`, sales.LineTotals + "_by_count: (account_id = "},
	} {
		w.mustUse(t, query.Asked{Name: test.query, Body: test.body}, test.index)
	}
}

// mustUse fails the test when the statement does not use an index under the condition that
// is named with it.
func (w *world) mustUse(t *testing.T, asked query.Asked, indexes ...string) {
	t.Helper()
	plan := w.explain(t, asked)
	for _, wanted := range indexes {
		index, condition, _ := strings.Cut(wanted, ": (")
		if !plan.uses(index, condition) {
			t.Errorf("%s does not use %s\n%s", asked.Body, wanted, plan)
		}
	}
}

type queryPlan []string

func (p queryPlan) String() string { return strings.Join(p, "\n") }

// uses reports whether the plan scans the index under the condition.
func (p queryPlan) uses(index, condition string) bool {
	for i, line := range p {
		if !strings.Contains(line, " "+index+" ") {
			continue
		}
		if i+1 < len(p) && strings.Contains(p[i+1], "Index Cond:") && strings.Contains(p[i+1], "("+condition) {
			return true
		}
	}
	return false
}

func (w *world) explain(t *testing.T, asked query.Asked) queryPlan {
	t.Helper()
	asked.Release = w.Release
	sql, arguments, err := query.Statement(asked, w.account.ID)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	err = pg.Read(t.Context(), w.Role(pg.API), w.account.ID, func(rows pgx.Rows) (err error) {
		lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, "EXPLAIN "+sql, arguments...)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return lines
}
