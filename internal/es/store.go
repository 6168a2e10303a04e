package es

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tracing"
)

// Config says what a store works with.
type Config struct {
	Appender *pgxpool.Pool         // role appender; each lane uses one connection at a time
	Reader   *pgxpool.Pool         // role api
	Lanes    int                   // groups in flight at once; zero: 3
	Clock    func() time.Time      // for durations; nil: time.Now
	Registry prometheus.Registerer // nil: no metrics are exported
	Tracing  *tracing.Tracing      // nil: nothing is traced
}

// defaultLanes lets a process prepare one group while the store works on another and a
// third waits for its commit. More make the groups smaller and gain nothing on few cores.
const defaultLanes = 3

// Store appends to and reads from one store. It is safe for concurrent use.
type Store struct {
	reader  *pgxpool.Pool
	lanes   []*lane
	running sync.WaitGroup
	metrics *metrics
	clock   func() time.Time
	tracing *tracing.Tracing
}

// New returns a store and starts its lanes, which are all the goroutines that it has
// whatever the number of accounts. Close it when it is no longer used.
func New(c Config) *Store {
	if c.Lanes == 0 {
		c.Lanes = defaultLanes
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	s := &Store{reader: c.Reader, metrics: newMetrics(), clock: c.Clock, tracing: c.Tracing}
	for range c.Lanes {
		l := newLane(c, s.metrics)
		s.lanes = append(s.lanes, l)
		s.running.Go(l.run)
	}
	s.metrics.register(c.Registry, s.oldestAge)
	return s
}

// Close stores what is queued and stops the lanes. Closing twice is fine.
func (s *Store) Close() {
	for _, l := range s.lanes {
		l.close()
	}
	s.running.Wait()
}

// Append stores the change and returns after it is durable. The errors are *ConflictError,
// *GuardError, *CommandReusedError, *AccountError, and *fault.Error of kind Invalid,
// TooLarge or Unavailable. After Unavailable, or when ctx ends, the outcome may be unknown:
// repeat the append with the same command id, which stores it once.
func (s *Store) Append(ctx context.Context, a Append) (result Result, err error) {
	size, err := validate(&a)
	if err != nil {
		return Result{}, err
	}
	ctx, span := s.tracing.Start(ctx, "append", a.AccountID)
	defer func() { span.End(err) }()
	p := &pending{append: a, size: size, since: s.clock(), done: make(chan answer, 1), span: span}
	if !s.lane(a.AccountID).push(p) {
		return Result{}, fault.New(fault.Unavailable, "The store is closing; try again").After(time.Second)
	}
	select {
	case answered := <-p.done:
		s.metrics.duration.Observe(s.clock().Sub(p.since).Seconds())
		return answered.result, answered.err
	case <-ctx.Done():
		p.abandoned.Store(true)
		return Result{}, ctx.Err()
	}
}

// lane returns the account's lane, which is always the same.
func (s *Store) lane(account uuid.UUID) *lane { return s.lanes[partition(account)%len(s.lanes)] }

func (s *Store) oldestAge() time.Duration {
	var oldest time.Duration
	now := s.clock()
	for _, l := range s.lanes {
		oldest = max(oldest, l.oldestAge(now))
	}
	return oldest
}
