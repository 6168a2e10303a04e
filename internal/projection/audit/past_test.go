package audit_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/sales"
)

// A look folds events of older versions as live pages do, and finds what is wrong all the same.
func TestRowsOfThePastAreFoundRight(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithShapes, sales.WithPast)))
	account, order := w.NewAccount(t).ID, uuid.New()
	w.settle(t, account, slices.Concat(sales.Past(history(81, 120)), []event{
		happened("Order", order, "OrderViewedEvent", nil), happened("Order", order, "OrderAmendedEvent", fields{"Note": "x", "Confirmed": true}),
	})...)
	for _, size := range sizes {
		if report := w.verify(t, account, size); report.Mismatches != 0 || report.Events < 122 {
			t.Errorf("looks of %d: %d events, %+v", size, report.Events, report.Differences)
		}
	}
	w.Exec(t, "UPDATE read_models.order_a00000000001 SET note = 'spoiled' WHERE account_id = $1 AND key = $2", account, order)
	report := w.verify(t, account, 5000)
	if got := told(report); len(got) == 0 {
		t.Fatal("a spoiled row is not found")
	}
	if _, err := w.repair(account).Differences(t.Context(), report.Differences); err != nil {
		t.Fatal(err)
	}
	w.settle(t, account)
	if left := w.verify(t, account, 5000); left.Mismatches != 0 {
		t.Errorf("left after the repair: %+v", left.Differences)
	}
}

// What cannot be read is told of as what cannot be folded.
func TestAnUnreadableEventIsTold(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithShapes, sales.WithPast)))
	account, person := w.NewAccount(t).ID, uuid.New()
	w.settle(t, account, happened("Person", person, "PersonNamedEvent", fields{"First": "Ken", "Last": "Thompson"}))
	w.Exec(t, `UPDATE store.events SET payload = '{"First": "Ken"}' WHERE account_id = $1`, account)
	if got := told(w.verify(t, account, 5000)); !slices.Equal(got, []string{"unfoldable PersonLookup"}) {
		t.Errorf("it tells %q", got)
	}
	account = w.NewAccount(t).ID
	w.settle(t, account, event{Type: "Order", Stream: uuid.New(), Name: "OrderPlacedEvent", Version: 1, Payload: fields{"Number": 7, "Sum": "12"}})
	w.Exec(t, `UPDATE store.events SET payload = '{"Number": 7, "Sum": "much"}' WHERE account_id = $1`, account)
	if got := told(w.verify(t, account, 5000)); !slices.Contains(got, "unfoldable Orders") || slices.Contains(got, "unfoldable OrderNumbers") {
		t.Errorf("of an attribute that not all need it tells %q", got)
	}
}
