package projection_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

func skip(t *testing.T, s *sales.Store, account uuid.UUID, event int64, reason string) error {
	t.Helper()
	return projection.SkipDeadLetter(t.Context(), s.Role(pg.Projector), projection.Skip{
		AccountID: account, Projection: "Orders", Release: s.Release, Event: event, Reason: reason, Actor: "olga",
	})
}

// Two events stop a projection one after the other. Skipped with a reason, each is left out
// and nothing else: the rows are those of an account that these events never happened to.
func TestSkippedEventsAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 500} {
		s := store(t)
		account, healthy := s.NewAccount(t).ID, s.NewAccount(t).ID
		r := start(t, s, pageOf(size))
		events, order := history(11, 4, 40), uuid.New()
		harmless := happened("Person", uuid.New(), "PersonRegisteredEvent", nil)
		with := func(first, second event) []event {
			return slices.Concat(events[:20], []event{first}, events[20:30], []event{second}, events[30:])
		}
		last := s.Append(t, account, with(sick("unfoldable", order), sick("unindexable", order))...)
		r.settle(t, account, last)
		r.settle(t, healthy, s.Append(t, healthy, with(harmless, harmless)...))

		for _, bad := range []int64{21, 32} {
			if err := skip(t, s, account, bad-1, "another event"); !fault.Is(err, fault.Conflict) {
				t.Errorf("skip of an event that it is not parked at: %v", err)
			}
			if err := skip(t, s, account, bad, "  "); !fault.Is(err, fault.Invalid) {
				t.Errorf("skip without a reason: %v", err)
			}
			for range 2 { // the second time changes nothing
				if err := skip(t, s, account, bad, "test data"); err != nil {
					t.Fatal(err)
				}
			}
			if got := statusOf(t, s, account, "Orders"); got.State != "parked" || got.SequenceNumber != bad {
				t.Errorf("between skip and retry: %+v", got)
			}
			_, err := retry(t, s, account, size)
			if rejected := fault.Is(err, fault.Rejected); rejected != (bad == 21) {
				t.Fatalf("retry after the skip of %d: %v", bad, err)
			}
			if found := letters(t, s, account); bad == 21 && (len(found) != 1 || found[0].SequenceNumber != 32 || found[0].Attempts != 1) {
				t.Errorf("dead letters at the next event: %+v", found)
			}
		}
		assertRows(t, s, "Orders", account, healthy)
		assertSkipped(t, s, account, 21, 32)
		assertSkipped(t, s, healthy)

		again := happened("Order", events[5].Stream, "OrderChangedEvent", fields{"Note": "again"})
		r.settle(t, account, s.Append(t, account, again))
		r.settle(t, healthy, s.Append(t, healthy, again))
		assertRows(t, s, "Orders", account, healthy)
		if err := skip(t, s, account, 32, "live now"); !fault.Is(err, fault.NotFound) {
			t.Errorf("skip in a live projection: %v", err)
		}
	}
}

func assertSkipped(t *testing.T, s *sales.Store, account uuid.UUID, numbers ...int64) {
	t.Helper()
	found, err := projection.SkippedEvents(t.Context(), s.Role(pg.Admin), account)
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, e := range found {
		got = append(got, e.SequenceNumber)
		if e.Reason != "test data" || e.Actor != "olga" || e.Error == "" || e.PayloadItemName != "OrderPlacedEvent" || e.SkippedAt.IsZero() {
			t.Errorf("skipped event: %+v", e)
		}
	}
	if !slices.Equal(got, numbers) {
		t.Errorf("skipped are %v, want %v", got, numbers)
	}
}

// What was left out stays out when the table is caught up from an earlier event, as after
// a build.
func TestACatchUpLeavesOutWhatWasSkipped(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	r := start(t, s)
	r.settle(t, account, s.Append(t, account, slices.Concat(history(12, 3, 10), []event{sick("unstorable", uuid.New())}, history(13, 3, 10))...))
	if err := skip(t, s, account, 11, "test data"); err != nil {
		t.Fatal(err)
	}
	if _, err := retry(t, s, account, 0); err != nil {
		t.Fatal(err)
	}
	want := s.Rows(t, account, "Orders")
	orders := s.Release.Projection("Orders").Table
	s.Exec(t, "DELETE FROM read_models."+projection.Quote(orders)+" WHERE account_id = $1", account)
	s.Exec(t, "INSERT INTO store.projection_cursors VALUES ($1, $2, 0, 'parked')", account, orders)
	if _, err := retry(t, s, account, 0); err != nil {
		t.Fatal(err)
	}
	if got := s.Rows(t, account, "Orders"); !slices.Equal(got, want) {
		t.Errorf("rows after a second fold:\n got %q\nwant %q", got, want)
	}
}
