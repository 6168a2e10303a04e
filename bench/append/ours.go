package appendbench

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

// payload is an event of about 300 bytes, the same that pgbench inserts.
var payload = []byte(`{"OrderId":"0b81b458-7671-4e9b-844b-9934255f5406","CustomerName":"Linus Torvalds","OrderDate":"2026-11-23",` +
	`"Status":"placed","OrderLines":[{"ProductName":"Penguin","Quantity":12,"UnitPrice":"19.95"},` +
	`{"ProductName":"Keyboard","Quantity":1,"UnitPrice":"89.00"}],"Total":"328.40","Currency":"EUR","Remarks":""}`)

const mostAccounts = 10_000

// ours is the event store as a process runs it.
type ours struct {
	pools []*pgxpool.Pool
	store *es.Store
}

func newOurs(ctx context.Context, url string) (*ours, error) {
	o := &ours{}
	for _, role := range []pg.Role{pg.Appender, pg.API, pg.Admin} {
		pool, err := pg.Open(ctx, pg.Config{URL: url, Role: role, MaxConnections: 4, Name: "bench"})
		if err != nil {
			return nil, err
		}
		o.pools = append(o.pools, pool)
	}
	for i := range mostAccounts {
		if err := es.CreateAccount(ctx, o.pools[2], accountID(i), 1); err != nil {
			return nil, err
		}
	}
	o.store = es.New(es.Config{Appender: o.pools[0], Reader: o.pools[1]})
	return o, nil
}

func (o *ours) close() {
	o.store.Close()
	for _, pool := range o.pools {
		pool.Close()
	}
}

// throughput gives events per second that callers append, each waiting for its answer.
func (o *ours) throughput(callers, accounts int) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		var stored atomic.Int64
		var wait sync.WaitGroup
		failures := make(chan error, callers)
		began := time.Now()
		for caller := range callers {
			wait.Go(func() {
				for i := caller; time.Since(began) < perSeries; i += callers {
					if _, err := o.store.Append(ctx, order(i%accounts)); err != nil {
						failures <- err
						return
					}
					stored.Add(1)
				}
			})
		}
		wait.Wait()
		close(failures)
		return float64(stored.Load()) / time.Since(began).Seconds(), <-failures
	}
}

// latency gives the mean time of an append on a store that is otherwise idle, in seconds.
func (o *ours) latency(ctx context.Context) (float64, error) {
	perSecond, err := o.throughput(1, 1)(ctx)
	if err != nil {
		return 0, err
	}
	return 1 / perSecond, nil
}

// order is an append of one event to a new stream.
func order(account int) es.Append {
	return es.Append{
		AccountID: accountID(account), Epoch: 1, CommandID: newID(), CommandHash: 4711, Actor: "benchmark",
		Writes: []es.Write{{StreamID: newID(), StreamType: "Order", Expected: es.None(),
			Events: []es.NewEvent{{PayloadItemName: "OrderPlacedEvent", PayloadVersion: 1, Payload: payload}}}},
	}
}

func accountID(i int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[8:], uint64(i)+1)
	id[6], id[8] = 0x40, 0x80
	return id
}

// newID is a random id that costs the measured process next to nothing.
func newID() (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return id
}
