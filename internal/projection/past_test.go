package projection_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// evolved is a store with the sales model after changes of stored events.
func evolved(t *testing.T) *sales.Store {
	t.Helper()
	return sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithPast))
}

// named is a person as they were stored before; without a last name they cannot be read.
func named(id uuid.UUID, payload fields) event {
	return happened("Person", id, "PersonNamedEvent", payload)
}

// Events that were stored in older versions come to the rows that they would come to in
// current ones, whatever the size of pages.
func TestEventsOfThePast(t *testing.T) {
	t.Parallel()
	s := evolved(t)
	for _, size := range []int{1, 7, 500} {
		t.Run(fmt.Sprintf("in pages of %d", size), func(t *testing.T) {
			t.Parallel()
			past, present := s.NewAccount(t).ID, s.NewAccount(t).ID
			r := start(t, s, pageOf(size))
			events := history(uint64(size), 6, 80)
			order := events[10].Stream
			unknown, viewed := happened("Order", order, "UnknownEvent", nil), happened("Order", order, "OrderViewedEvent", fields{"By": "Ken"})
			person := uuid.New()
			r.settle(t, present, s.Append(t, present, slices.Concat(events, []event{unknown, happened("Person", person, "PersonRegisteredEvent", fields{"Name": "Ken Thompson"})})...))
			r.settle(t, past, s.Append(t, past, slices.Concat(sales.Past(events), []event{viewed, named(person, fields{"First": "Ken", "Last": "Thompson"})})...))
			for _, name := range projections {
				assertRows(t, s, name, past, present)
			}
			if found := letters(t, s, past); len(found) > 0 {
				t.Errorf("dead letters: %+v", found)
			}
		})
	}
}

// An event that became two is applied whole, at one number.
func TestAnEventThatBecameTwo(t *testing.T) {
	t.Parallel()
	s := evolved(t)
	account, order := s.NewAccount(t).ID, uuid.New()
	r := start(t, s)
	amended := happened("Order", order, "OrderAmendedEvent", fields{"Note": "amended", "Confirmed": true})
	last := s.Append(t, account, happened("Order", order, "OrderPlacedEvent", fields{"Note": "placed"}), amended)
	r.settle(t, account, last)
	is := s.Number(t, "SELECT count(*) FROM read_models.order_0123456789ab WHERE account_id = $1 AND note = 'amended' AND status = 'confirmed' AND row_sequence = 2", account)
	if is != 1 {
		t.Errorf("the rows are %q", s.Rows(t, account, "Orders"))
	}
}

// What cannot be read stops those who handle it, and nobody else; a retry goes on when it can.
func TestAnUnreadableEventParksWhoHandlesIt(t *testing.T) {
	t.Parallel()
	s := evolved(t)
	for _, size := range []int{1, 500} {
		t.Run(fmt.Sprintf("in pages of %d", size), func(t *testing.T) {
			t.Parallel()
			account, other := s.NewAccount(t).ID, s.NewAccount(t).ID
			r := start(t, s, pageOf(size))
			events, person := sales.Past(history(9, 4, 40)), uuid.New()
			with := func(payload fields) []event {
				return slices.Concat(events[:20], []event{named(person, payload)}, events[20:])
			}
			last := s.Append(t, account, with(fields{"First": "Ken"})...)
			r.settle(t, account, last)
			r.settle(t, other, s.Append(t, other, with(fields{"First": "Ken", "Last": "Thompson"})...))

			found := letters(t, s, account)
			if len(found) != 1 || found[0].Projection != "PersonLookup" || found[0].SequenceNumber != 21 ||
				!strings.Contains(found[0].Error, "PersonNamedEvent (version 1) cannot be read: Name") {
				t.Fatalf("dead letters: %+v", found)
			}
			for _, name := range []string{"Orders", "OrderNumbers", "CustomerLookup"} {
				assertRows(t, s, name, account, other)
			}
			retry := projection.Retry{AccountID: account, Projection: "PersonLookup", Release: s.Release, PageEvents: size}
			if _, err := projection.RetryDeadLetter(t.Context(), s.Role(pg.Projector), retry); !fault.Is(err, fault.Rejected) {
				t.Errorf("a retry of what still cannot be read: %v", err)
			}
			s.Exec(t, `UPDATE store.events SET payload = '{"First": "Ken", "Last": "Thompson"}' WHERE account_id = $1 AND sequence_number = 21`, account)
			if at, err := projection.RetryDeadLetter(t.Context(), s.Role(pg.Projector), retry); err != nil || at != last {
				t.Errorf("a retry: %d, %v", at, err)
			}
			assertRows(t, s, "PersonLookup", account, other)
		})
	}
}

// What cannot be read of an event stops only those whose rows follow from it.
func TestAnUnreadableAttributeParksWhoNeedsIt(t *testing.T) {
	t.Parallel()
	s := evolved(t)
	for _, size := range []int{1, 500} {
		account := s.NewAccount(t).ID
		r := start(t, s, pageOf(size))
		placed := happened("Order", uuid.New(), "OrderPlacedEvent", fields{"Number": 7, "Sum": "much"})
		placed.Version = 1
		r.settle(t, account, s.Append(t, account, happened("Order", uuid.New(), "OrderPlacedEvent", fields{"OrderNumber": 6}), placed))
		if found := letters(t, s, account); len(found) != 1 || found[0].Projection != "Orders" || found[0].SequenceNumber != 2 {
			t.Errorf("dead letters: %+v", found)
		}
		if rows := s.Rows(t, account, "OrderNumbers"); len(rows) != 2 {
			t.Errorf("the numbers are %q", rows)
		}
	}
}

// What is skipped is the stored event, with all that it became.
func TestASkippedEventOfThePast(t *testing.T) {
	t.Parallel()
	s := evolved(t)
	account, person := s.NewAccount(t).ID, uuid.New()
	r := start(t, s)
	r.settle(t, account, s.Append(t, account, named(person, fields{"First": "Ken"}), named(person, fields{"First": "Ken", "Last": "Thompson"})))
	skip := projection.Skip{AccountID: account, Projection: "PersonLookup", Release: s.Release, Event: 1, Reason: "no name", Actor: "test"}
	if err := projection.SkipDeadLetter(t.Context(), s.Role(pg.Projector), skip); err != nil {
		t.Fatal(err)
	}
	if at, err := projection.RetryDeadLetter(t.Context(), s.Role(pg.Projector), projection.Retry{AccountID: account, Projection: "PersonLookup", Release: s.Release}); err != nil || at != 2 {
		t.Fatalf("%d, %v", at, err)
	}
	if rows := s.Rows(t, account, "PersonLookup"); len(rows) != 1 || !strings.Contains(rows[0], "Ken Thompson") {
		t.Errorf("the rows are %q", rows)
	}
}
