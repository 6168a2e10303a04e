package build_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// priced is a history of so many orders of three customers, each with numbers of both signs or without.
func priced(n int) (events []sales.Event) {
	customers := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	for i, id := range customers {
		events = append(events, sales.Happened("Customer", id, "CustomerCreditedEvent", sales.Fields{"Credit": money(100 - 70*i)}))
	}
	for i := range n {
		id := uuid.New()
		events = append(events, sales.Happened("Order", id, "OrderPlacedEvent", sales.Fields{"OrderNumber": i, "CustomerId": customers[i%3], "Paid": i%2 == 0}))
		if i%4 > 0 {
			events = append(events, sales.Happened("Order", id, "OrderChangedEvent", sales.Fields{"Total": money(i*7 - 100), "Quantity": fmt.Sprintf("%d.50", 9-i)}))
		}
	}
	return events
}

func money(amount int) sales.Fields {
	return sales.Fields{"amount": fmt.Sprint(amount), "currency": "EUR"}
}

// What the release before kept without keys makes the rows with keys, without an event being read
// but for the proof; and what is fed by these.
func TestRowsWithoutKeysSeedRowsWithKeys(t *testing.T) {
	t.Parallel()
	g := &growing{before: sales.Release(t, sales.WithShapes, sales.Format1), after: sales.Release(t, sales.WithShapes)}
	g.world = &world{sales.Open(t, pgtest.Shared(t), g.before), t}
	g.Know(t, g.after)
	events := priced(60)
	reference, account := g.full(events), g.entered(events)
	results := g.move(account)
	i := slices.IndexFunc(results, func(r build.Result) bool { return r.Projection == "Orders" })
	if i < 0 || !results[i].Seeded || results[i].EventsRead > 0 || results[i].Rows != 60+30+3 {
		t.Errorf("%+v", results)
	}
	g.alike("moved", account, reference)
	again := g.job(account)
	again.All = true
	replaced, err := build.Run(t.Context(), g.config(), again)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range replaced {
		if !r.Live || r.Replaced > 0 {
			t.Errorf("a build of all events comes to something else: %+v", r)
		}
	}
	g.alike("built anew", account, reference)
}
