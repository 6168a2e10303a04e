package projectionbench

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// following is a store under appends and a projector that follows them, in this process as
// they are in others: with a topic of heads between them.
type following struct {
	*world
	store     *es.Store
	projector *projection.Projector
	heads     *notify.Topic
	feed      *notify.Feed // of what was applied
	lags      *lags
	done      sync.WaitGroup
	end       chan struct{}
}

func (w *world) follow(ctx context.Context) (*following, error) {
	applied := notify.NewTopic()
	f := &following{world: w, heads: notify.NewTopic(), feed: applied.SubscribeAll(), lags: newLags(), end: make(chan struct{})}
	f.store = es.New(es.Config{Appender: w.pools[pg.Appender], Reader: w.pools[pg.API]})
	f.projector = projection.New(projection.Config{
		Pools: w, Accounts: w, Releases: w, Heads: f.heads, Applied: applied,
		Stores: func() []tenant.Store { return []tenant.Store{{ID: storeID}} },
	})
	f.done.Go(f.watch)
	return f, f.projector.Start(ctx)
}

// watch takes the time at which events are applied.
func (f *following) watch() {
	for {
		select {
		case <-f.end:
			return
		case <-f.feed.C:
			at := time.Now()
			for _, s := range f.feed.Take() {
				f.lags.applied(s, at)
			}
		}
	}
}

func (f *following) stop() {
	f.projector.Stop()
	close(f.end)
	f.done.Wait()
	f.feed.Close()
	f.store.Close()
}

// happening is an event that is to be stored.
type happening struct {
	told
	account, stream uuid.UUID
	streamType      string
}

// append stores the event and tells of it, as the api does.
func (f *following) append(ctx context.Context, h happening) error {
	result, err := f.store.Append(ctx, es.Append{
		AccountID: h.account, Epoch: 1, CommandID: uuid.New(), CommandHash: 4711, Actor: "benchmark",
		Writes: []es.Write{{StreamID: h.stream, StreamType: h.streamType, Expected: es.Any(), Events: []es.NewEvent{
			{PayloadItemName: h.name, PayloadVersion: h.version, Payload: h.payload}}}},
	})
	if err != nil {
		return err
	}
	signal := notify.Signal{AccountID: h.account, SequenceNumber: result.SequenceNumber}
	f.lags.acknowledged(signal, time.Now())
	f.heads.Publish(signal)
	return nil
}

// tick is how often a load sends what is due.
const tick = 5 * time.Millisecond

// load stores events at the rate until ctx ends, whether or not the earlier ones were answered.
func (f *following) load(ctx context.Context, perSecond int, next func(n int) happening) error {
	var sent sync.WaitGroup
	failures := make(chan error, 1)
	began := time.Now()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	n := 0
	for ctx.Err() == nil {
		for due := int(time.Since(began).Seconds() * float64(perSecond)); n < due; n++ {
			event := next(n)
			sent.Go(func() {
				if err := f.append(context.WithoutCancel(ctx), event); err != nil {
					select {
					case failures <- err:
					default: // one is enough
					}
				}
			})
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
	sent.Wait()
	select {
	case err := <-failures:
		return err
	default:
		return nil
	}
}

// placing places orders, one account after another.
func (s *storyteller) placing(accounts []uuid.UUID) func(int) happening {
	return func(n int) happening {
		event := s.orders[n%variety][0]
		event.payload = numbered(event.payload, n+1)
		return happening{event, accounts[n%len(accounts)], uuid.New(), "Order"}
	}
}
