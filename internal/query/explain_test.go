package query_test

import (
	"fmt"
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
		// Comparisons of numeric are not leakproof, so under row-level security they are no index
		// conditions: the index is walked in order, within the account.
		{`{"Total": {"gte": 3990}, "$sort": ["Total"]}`, []string{"order_0123456789ab_by_total: (account_id = "}},
		{`{"$sort": ["OrderNumber"]}`, []string{"order_0123456789ab_by_order_number: (account_id = "}},
		{`{"$sort": ["-OrderNumber"]}`, []string{"order_0123456789ab_by_order_number: (account_id = "}},
		{fmt.Sprintf(`{"$sort": ["OrderNumber"], "$after": %q}`, w.ask(t, `{"$sort": ["OrderNumber"]}`).Next), []string{"order_0123456789ab_by_order_number: (order_number > "}},
		{fmt.Sprintf(`{"$sort": ["-PlacedOn"], "$after": %q}`, w.ask(t, `{"$sort": ["-PlacedOn"]}`).Next), []string{"order_0123456789ab_by_placed_on: (placed_on < "}},
	} {
		plan := w.explain(t, test.body)
		for _, wanted := range test.indexes {
			index, condition, _ := strings.Cut(wanted, ": (")
			if !plan.uses(index, condition) {
				t.Errorf("%s does not use %s\n%s", test.body, wanted, plan)
			}
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

func (w *world) explain(t *testing.T, body string) queryPlan {
	t.Helper()
	sql, arguments, err := query.Statement(w.Release, "GetOrders", body, w.account.ID)
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
