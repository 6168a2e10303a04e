package build_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// A build reads events of older versions as live pages do, in as many passes as it takes,
// and its proof does too.
func TestABuildOfThePast(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithShapes, sales.WithPast)), t}
	events := sales.Happenings(71, 150)
	order := events[slices.IndexFunc(events, func(e sales.Event) bool { return e.Type == "Order" })].Stream
	more := []sales.Event{
		sales.Happened("Order", order, "OrderViewedEvent", nil), sales.Happened("Order", order, "OrderAmendedEvent", sales.Fields{"Note": "x", "Confirmed": true}),
		sales.Happened("Order", order, "OrderAmendedEvent", sales.Fields{"Note": "y"}), sales.Happened("Order", order, "OrderViewedEvent", nil),
	}
	past := slices.Concat(more, sales.Past(events), more)
	reference := w.live(slices.Concat(more, events, more))
	w.same(w.live(past), reference)
	for _, bytes := range []int{0, 4_000} {
		account := w.unbuilt(past)
		results := w.build(build.Job{AccountID: account}, budget(bytes))
		w.same(account, reference)
		if i := slices.IndexFunc(results, func(r build.Result) bool { return r.Projection == "Orders" }); results[i].Rows == 0 {
			t.Errorf("%+v", results[i])
		}
		w.build(build.Job{AccountID: account, All: true}, budget(bytes))
		w.same(account, reference)
	}
	if w.Number(t, "SELECT count(*) FROM store.events WHERE account_id = $1 AND stream_type = 'Client'", w.live(past)) == 0 {
		t.Error("nothing was a client")
	}
}

// An event that cannot be read parks those who handle it, as far as they need it, and the
// others are built.
func TestABuildMeetsAnUnreadableEvent(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithPast)), t}
	person := uuid.New()
	events := []sales.Event{
		sales.Happened("Person", person, "PersonRegisteredEvent", sales.Fields{"Name": "Ken"}),
		sales.Happened("Order", uuid.New(), "OrderPlacedEvent", sales.Fields{"Note": "x"}),
		sales.Happened("Person", person, "PersonNamedEvent", sales.Fields{"Last": "Thompson"}),
		sales.Happened("Order", uuid.New(), "OrderPlacedEvent", sales.Fields{"Note": "y"}),
		{Type: "Order", Stream: uuid.New(), Name: "OrderPlacedEvent", Version: 1, Payload: sales.Fields{"Number": 7, "Sum": "much"}},
		sales.Happened("Order", uuid.New(), "OrderPlacedEvent", sales.Fields{"OrderNumber": 8}),
	}
	reference, account := w.live(events), w.unbuilt(events)
	results, err := build.Run(t.Context(), w.config(), build.Job{AccountID: account, Release: w.Release})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Live != (r.Projection != "PersonLookup" && r.Projection != "Orders") {
			t.Errorf("%s: live %v, %s", r.Projection, r.Live, r.Error)
		}
	}
	if n := w.Number(t, `SELECT count(*) FROM store.dead_letters WHERE account_id = $1
		AND (projection, sequence_number) IN (('PersonLookup', 3), ('Orders', 5))`, account); n != 2 {
		t.Errorf("%d are parked where they should be", n)
	}
	for _, p := range w.Release.Projections() {
		if !slices.Equal(w.Rows(t, account, p.Name), w.Rows(t, reference, p.Name)) {
			t.Errorf("the rows of %s differ from those of live pages", p.Name)
		}
	}
}
