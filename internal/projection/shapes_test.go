package projection_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

var shaped = []string{"CustomerLookup", "PersonLookup", "OrganisationLookup", "Orders", "OrderNumbers", "OrderLines", "PaidOrders", "CustomerTotals", "LineTotals"}

func shapedStore(t *testing.T) *sales.Store {
	t.Helper()
	return sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithShapes))
}

// busyHistory is a history in which everything changes that anything follows: names, who a
// customer is, whose order it is, its lines, what it costs and whether it is paid.
func busyHistory(seed uint64, length int) []event {
	random := rand.New(rand.NewPCG(seed, 2))
	id := func(kind string, most int) uuid.UUID {
		return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%d/%s/%d", seed, kind, random.IntN(most)))
	}
	party := func() (string, uuid.UUID) {
		kind := []string{"Person", "Organisation"}[random.IntN(2)]
		return kind, id(kind, 3)
	}
	var events []event
	for len(events) < length {
		kind, who := party()
		switch random.IntN(10) {
		case 0:
			events = append(events, happened(kind, who, kind+"RegisteredEvent", fields{"Name": fmt.Sprint(kind, len(events))}))
		case 1:
			events = append(events, happened(kind, who, kind+"RenamedEvent", fields{"Name": fmt.Sprint("name ", random.IntN(5))}))
		case 2:
			events = append(events, happened("Customer", id("customer", 4), "CustomerAssignedEvent", fields{"PartyId": who}))
		case 3:
			events = append(events, happened("Customer", id("customer", 4), "CustomerCreditedEvent", fields{"Credit": anyMoney(random)}))
		case 4, 5, 6:
			events = append(events, happened("Order", id("order", 9), "OrderPlacedEvent", fields{
				"OrderNumber": random.IntN(9), "CustomerId": id("customer", 5), "Total": anyMoney(random), "Paid": random.IntN(2) == 0,
				"PlacedOn": fmt.Sprintf("2026-11-%02d", 1+random.IntN(9)), "Lines": someLines(random),
			}))
		default:
			events = append(events, happened("Order", id("order", 9), "OrderChangedEvent", change(random, id)))
		}
	}
	return events
}

func anyMoney(random *rand.Rand) any {
	currency := "EUR"
	if random.IntN(8) == 0 {
		currency = "USD"
	}
	return fields{"amount": fmt.Sprintf("%d.%02d", random.IntN(50), random.IntN(100)), "currency": currency}
}

func someLines(random *rand.Rand) []fields {
	lines := []fields{}
	for n := range random.IntN(4) {
		lines = append(lines, fields{"LineId": fmt.Sprint(n), "Count": random.IntN(3)})
	}
	return lines
}

func change(random *rand.Rand, id func(string, int) uuid.UUID) fields {
	switch random.IntN(6) {
	case 0:
		return fields{"CustomerId": id("customer", 5)}
	case 1:
		return fields{"CustomerName": []any{nil, "Ken"}[random.IntN(2)]}
	case 2:
		return fields{"Lines": someLines(random)}
	case 3:
		return fields{"Paid": random.IntN(2) == 0}
	case 4:
		return fields{"PlacedOn": []any{nil, fmt.Sprintf("2026-11-%02d", 1+random.IntN(9))}[random.IntN(2)]}
	}
	return fields{"Total": anyMoney(random)}
}

// settleAll has the account worked off, its fan-outs included.
func (r *rig) settleAll(t *testing.T, account uuid.UUID, number int64) {
	t.Helper()
	r.settle(t, account, number)
	deadline := time.After(10 * time.Second)
	for r.store.Number(t, "SELECT count(*) FROM store.fan_outs WHERE account_id = $1", account) > 0 {
		r.poke(account, number)
		select {
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			t.Fatal("there are fan-outs left")
		}
	}
}

// truth is what rows have to be, computed by SQL from rows that follow from events, and
// what they are.
type truth struct{ want, got string }

var truths = map[string]truth{
	"names over two copies": {`SELECT o.key, c.party_name, coalesce(p.name, g.name), coalesce(p.name, g.name), coalesce(o.own_customer_name, p.name, g.name),
			c.credit, c.credit_currency
		FROM read_models.order_a00000000001 o
		LEFT JOIN read_models.customer_c00000000001 c ON c.account_id = o.account_id AND c.key = o.customer_id
		LEFT JOIN read_models.person_0123456789ab p ON p.account_id = o.account_id AND p.key = c.party_id
		LEFT JOIN read_models.organisation_0123456789ab g ON g.account_id = o.account_id AND g.key = c.party_id
		WHERE o.account_id = $1`,
		`SELECT o.key, o.party_name, o.party_name, c.party_name, o.customer_name, o.customer_credit, o.customer_credit_currency
		FROM read_models.order_a00000000001 o
		LEFT JOIN read_models.customer_c00000000001 c ON c.account_id = o.account_id AND c.key = o.customer_id WHERE o.account_id = $1`},
	"a row per line": {`SELECT o.order_number, o.customer_id, o.party_name, l->>'LineId', (l->>'Count')::bigint
		FROM read_models.order_a00000000001 o, json_array_elements(o.lines) l WHERE o.account_id = $1`,
		`SELECT order_number, customer_id, party_name, line_id, count FROM read_models.order_a00000000002 WHERE account_id = $1`},
	"paid orders": {`SELECT key, order_number, customer_id, party_name, total, total_currency
		FROM read_models.order_a00000000001 WHERE account_id = $1 AND paid`,
		`SELECT key, order_number, customer_id, party_name, total, total_currency FROM read_models.order_a00000000003 WHERE account_id = $1`},
	"totals of customers": {`SELECT customer_id, count(*), CASE WHEN count(DISTINCT total_currency) = 1 THEN sum(total) END, min(placed_on), max(placed_on)
		FROM read_models.order_a00000000001 WHERE account_id = $1 GROUP BY customer_id`,
		`SELECT customer_id, orders, total, first_on, last_on FROM read_models.order_a00000000004 WHERE account_id = $1`},
	"totals of lines": {`SELECT line_id, count(*), sum(count)::bigint FROM read_models.order_a00000000002 WHERE account_id = $1 GROUP BY line_id`,
		`SELECT line_id, orders, count FROM read_models.order_a00000000005 WHERE account_id = $1`},
}

func assertTruths(t *testing.T, s *sales.Store, account uuid.UUID) {
	t.Helper()
	for name, is := range truths {
		sql := fmt.Sprintf(`SELECT count(*) FROM ((%[1]s EXCEPT ALL %[2]s) UNION ALL (%[2]s EXCEPT ALL %[1]s)) wrong`, is.want, is.got)
		if wrong := s.Number(t, sql, account); wrong != 0 {
			t.Errorf("%s: %d rows are not what they have to be", name, wrong)
		}
	}
}

func TestShapesFollowWhateverChanges(t *testing.T) {
	t.Parallel()
	s := shapedStore(t)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			events := busyHistory(seed, 120)
			reference := s.NewAccount(t).ID
			start(t, s).settleAll(t, reference, s.Append(t, reference, events...))
			assertTruths(t, s, reference)
			for _, size := range []int{1, 3, 20} {
				account := s.NewAccount(t).ID
				start(t, s, pageOf(size)).settleAll(t, account, s.Append(t, account, events...))
				for _, name := range shaped {
					assertRows(t, s, name, account, reference)
				}
			}
		})
	}
}

// What comes in one page has its copies from that page, in whatever order it comes. A job for each source
// would be work for nothing, and the more of them there are, the longer it takes to find the oldest.
func TestRowsOfOnePageNeedNoFanOut(t *testing.T) {
	t.Parallel()
	s := shapedStore(t)
	account := s.NewAccount(t).ID
	var events []event
	for n := range 5 {
		person, customer := uuid.New(), uuid.New()
		events = append(events,
			happened("Order", uuid.New(), "OrderPlacedEvent", fields{"CustomerId": customer}),
			happened("Customer", customer, "CustomerAssignedEvent", fields{"PartyId": person}),
			happened("Person", person, "PersonRegisteredEvent", fields{"Name": fmt.Sprint("Person ", n)}))
	}
	s.Append(t, account, events...)
	if err := projection.Step(t.Context(), s.Role(pg.Projector), s.Release, projection.StepOf{Account: account}); err != nil {
		t.Fatal(err)
	}
	if n := s.Number(t, "SELECT count(*) FROM read_models."+sales.ShapedOrders+" WHERE account_id = $1 AND party_name LIKE 'Person %'", account); n != 5 {
		t.Errorf("%d of 5 orders have the name of their customer", n)
	}
	if jobs := s.Number(t, "SELECT count(*) FROM store.fan_outs WHERE account_id = $1", account); jobs != 0 {
		t.Errorf("%d jobs are left", jobs)
	}
	assertTruths(t, s, account)
}

// A rename of something that many rows show is one write and jobs of small transactions, in
// any number of which somebody may die.
func TestFanOutGoesOnWhereItWasLeft(t *testing.T) {
	t.Parallel()
	s := shapedStore(t)
	account := s.NewAccount(t).ID
	person, customer := uuid.New(), uuid.New()
	events := []event{
		happened("Person", person, "PersonRegisteredEvent", fields{"Name": "Maria Anders"}),
		happened("Customer", customer, "CustomerAssignedEvent", fields{"PartyId": person}),
	}
	const orders = 1300
	for range orders {
		events = append(events, happened("Order", uuid.New(), "OrderPlacedEvent", fields{"CustomerId": customer, "Paid": true, "Lines": []fields{{"LineId": "1"}}}))
	}
	r := start(t, s)
	r.settleAll(t, account, s.Append(t, account, events...))
	r.Stop()
	last := s.Append(t, account, happened("Person", person, "PersonRenamedEvent", fields{"Name": "Maria Larsson"}))
	renamed := "SELECT count(*) FROM read_models." + sales.ShapedOrders + " WHERE account_id = $1 AND party_name = 'Maria Larsson'"
	seen := map[int64]bool{}
	for step := 0; step < 20; step++ {
		if err := projection.Step(t.Context(), s.Role(pg.Projector), s.Release, projection.StepOf{Account: account}); err != nil {
			t.Fatal(err)
		}
		seen[s.Number(t, renamed, account)] = true
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, []int64{0, 500, 1000, orders}) {
		t.Errorf("orders with the new name, step by step: %v", got)
	}
	start(t, s).settleAll(t, account, last)
	assertTruths(t, s, account)
}
