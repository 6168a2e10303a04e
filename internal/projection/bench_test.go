package projection_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// BenchmarkLivePage measures how long it takes from the hint to the signal that events
// are applied, for pages of one event and of many.
func BenchmarkLivePage(b *testing.B) {
	s := sales.Open(b, pgtest.New(b), sales.Release(b))
	heads, applied := notify.NewTopic(), notify.NewTopic()
	projector := projection.New(projection.Config{Pools: s, Accounts: s, Releases: s, Heads: heads, Applied: applied})
	if err := projector.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer projector.Stop()
	for name, size := range map[string]int{"1 event": 1, "500 events": 500} {
		b.Run(name, func(b *testing.B) {
			account := s.NewAccount(b).ID
			sub := applied.Subscribe(account)
			defer sub.Close()
			orders := make([]uuid.UUID, 100)
			for n := range orders {
				orders[n] = uuid.New()
			}
			for b.Loop() {
				b.StopTimer()
				events := make([]event, size)
				for n := range events {
					events[n] = happened("Order", orders[n%len(orders)], "OrderPlacedEvent", fields{"OrderNumber": n, "Note": "n", "Quantity": "2", "Price": money("3")})
				}
				last := s.Append(b, account, events...)
				b.StartTimer()
				heads.Publish(notify.Signal{AccountID: account, SequenceNumber: last})
				<-sub.C
			}
			b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
