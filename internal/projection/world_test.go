package projection_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

type (
	event  = sales.Event
	fields = sales.Fields
)

var happened = sales.Happened

// store returns a store with the sales model. Tests share its database and its tables,
// each with accounts of its own, so tests that run at once are isolation tests.
func store(t *testing.T) *sales.Store {
	t.Helper()
	return sales.Open(t, pgtest.Shared(t), sales.Release(t))
}

// rig is a running projector.
type rig struct {
	*projection.Projector
	heads, applied *notify.Topic
	store          *sales.Store
}

func start(t *testing.T, s *sales.Store, changes ...func(*projection.Config)) *rig {
	t.Helper()
	r := &rig{heads: notify.NewTopic(), applied: notify.NewTopic(), store: s}
	config := projection.Config{Pools: s, Accounts: s, Releases: s, Heads: r.heads, Applied: r.applied, Workers: 2,
		Log: zaptest.NewLogger(t, zaptest.Level(zap.WarnLevel))}
	for _, change := range changes {
		change(&config)
	}
	r.Projector = projection.New(config)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

// settle has the account worked off up to the number.
func (r *rig) settle(t *testing.T, account uuid.UUID, number int64) {
	t.Helper()
	sub := r.applied.Subscribe(account)
	defer sub.Close()
	r.heads.Publish(notify.Signal{AccountID: account, SequenceNumber: number})
	deadline := time.After(time.Minute) // a busy machine needs it for a page per event
	for {
		at := cursor(t, r.store, account)
		if at >= number {
			return
		}
		select {
		case <-sub.C:
		case <-time.After(50 * time.Millisecond): // another projector may have done it
		case <-deadline:
			t.Fatalf("the live cursor stands at %d, want %d", at, number)
		}
	}
}

func cursor(t *testing.T, s *sales.Store, account uuid.UUID) int64 {
	t.Helper()
	return s.Number(t, "SELECT sequence_number FROM store.live_cursors WHERE account_id = $1", account)
}

// history is what happened to some orders, the same for the same seed.
func history(seed uint64, orders, length int) []event {
	random := rand.New(rand.NewPCG(seed, 1))
	id := func(kind, n int) uuid.UUID {
		return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%d/%d/%d", seed, kind, n))
	}
	events := []event{
		happened("Person", id(0, 0), "PersonRegisteredEvent", fields{"Name": "Linus Torvalds"}),
		happened("Customer", id(1, 0), "CustomerAssignedEvent", fields{"PartyId": id(0, 0)}),
	}
	for n := range orders {
		events = append(events, happened("Order", id(2, n), "OrderPlacedEvent", fields{
			"OrderNumber": n + 1, "CustomerId": id(1, 0), "Quantity": fmt.Sprint(random.IntN(9)), "Price": money("12.50"),
			"Total": money(fmt.Sprintf("%d.%d0", random.IntN(1000), random.IntN(9))), "PlacedOn": "2026-11-23",
			"PlacedAt": "2026-11-23T04:05:06.789Z", "Lines": []fields{{"LineId": "1", "Count": 3}},
		}))
	}
	for len(events) < length {
		order := id(2, random.IntN(orders))
		switch random.IntN(4) {
		case 0:
			events = append(events, happened("Order", order, "OrderConfirmedEvent", nil))
		case 1:
			events = append(events, happened("Order", order, "OrderChangedEvent", fields{"Quantity": fmt.Sprintf("%d.%d", random.IntN(9), random.IntN(9))}))
		case 2:
			events = append(events, happened("Order", order, "OrderChangedEvent", fields{"Price": money("3"), "Note": nil, "Paid": true}))
		default:
			events = append(events, happened("Order", order, "OrderChangedEvent", fields{"Note": fmt.Sprintf("note %d", len(events)), "CustomerName": "Ken"}))
		}
	}
	return events
}

func money(amount string) fields { return fields{"amount": amount, "currency": "EUR"} }

var projections = []string{"Orders", "OrderNumbers", "CustomerLookup", "PersonLookup"}

func (r *rig) poke(account uuid.UUID, number int64) {
	r.heads.Publish(notify.Signal{AccountID: account, SequenceNumber: number})
}
