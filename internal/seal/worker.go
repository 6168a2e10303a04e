package seal

import (
	"context"
	_ "embed" // the statements of this package, one per file
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// DefaultRate is how many events per second a worker seals: a seal every two seconds.
const DefaultRate = 5000

const (
	defaultPause = time.Minute
	// blockTime is how long the reading of 10,000 events may take.
	blockTime = time.Minute
	// beatEvery is how often a worker that rests shows that it lives.
	beatEvery = 5 * time.Second
)

//go:embed sql/due.sql
var dueSQL string

// Pools gives connections to stores; *tenant.Pools is one.
type Pools interface {
	Pool(ctx context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error)
}

// Config says what a worker works with.
type Config struct {
	Pools   Pools
	Stores  func() []tenant.Store
	Rate    int                   // events per second; zero: DefaultRate
	Pause   time.Duration         // between two looks for what there is to seal; zero: a minute
	Log     *zap.Logger           // nil: none
	Metrics prometheus.Registerer // nil: none
	Loops   *observe.Loops        // nil: no heartbeat is shown
}

// Worker seals the accounts of all stores, for ever. An account that has not got 10,000 events more
// costs a row in a look. Several workers do no harm: they begin with other accounts, and a seal
// that two make is the same.
type Worker struct {
	Config
	sealed, failures *prometheus.CounterVec

	stop    sync.Once
	running sync.WaitGroup
	work    context.Context
	end     context.CancelFunc
	beat    func()
}

// New returns a worker; Start begins its work.
func New(c Config) *Worker {
	if c.Rate <= 0 {
		c.Rate = DefaultRate
	}
	if c.Pause <= 0 {
		c.Pause = defaultPause
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Loops == nil {
		c.Loops = observe.NewLoops(time.Now)
	}
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polder_seal_" + name, Help: help}, []string{"store"})
	}
	w := &Worker{Config: c, sealed: counter("events_total", "Events that were sealed."),
		failures: counter("failures_total", "Tries to seal that failed.")}
	if c.Metrics != nil {
		c.Metrics.MustRegister(w.sealed, w.failures)
	}
	return w
}

// Start begins to seal. ctx carries values only: the worker runs until Stop.
func (w *Worker) Start(ctx context.Context) error {
	if w.work != nil {
		return fmt.Errorf("the worker was started before")
	}
	for _, store := range w.Stores() {
		w.sealed.WithLabelValues(store.ID) // a rate needs the zero before the first one
		w.failures.WithLabelValues(store.ID)
	}
	w.work, w.end = context.WithCancel(context.WithoutCancel(ctx))
	w.running.Go(w.run)
	return nil
}

// Stop gives up what is at hand and returns when nothing of the worker runs any more. Stopping
// twice is fine.
func (w *Worker) Stop() {
	w.stop.Do(func() {
		if w.work != nil {
			w.end()
			w.running.Wait()
		}
	})
}

func (w *Worker) run() {
	loop := w.Loops.Loop("sealer")
	defer loop.Done()
	w.beat = loop.Beat
	for w.work.Err() == nil {
		for _, store := range w.Stores() {
			if err := w.visit(store.ID); err != nil && w.work.Err() == nil {
				w.failures.WithLabelValues(store.ID).Inc()
				w.Log.Warn("not sealed", zap.String("store", store.ID), zap.Error(err))
			}
		}
		w.rest(w.Pause)
	}
}

// visit seals what there is to seal on the store.
func (w *Worker) visit(store string) error {
	watcher, err := w.Pools.Pool(w.work, store, pg.Watcher)
	if err != nil {
		return err
	}
	projector, err := w.Pools.Pool(w.work, store, pg.Projector)
	if err != nil {
		return err
	}
	rows, err := watcher.Query(w.work, dueSQL)
	if err != nil {
		return err
	}
	accounts, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return err
	}
	rand.Shuffle(len(accounts), func(i, j int) { accounts[i], accounts[j] = accounts[j], accounts[i] })
	var failed error
	for _, account := range accounts {
		if err := w.sealAll(store, projector, account); err != nil {
			failed = fmt.Errorf("account %s: %w", account, err)
		}
	}
	return failed
}

func (w *Worker) sealAll(store string, projector *pgxpool.Pool, account uuid.UUID) error {
	for {
		ctx, cancel := context.WithTimeout(w.work, blockTime)
		sealed, err := Next(ctx, projector, account)
		cancel()
		if err != nil || !sealed {
			return err
		}
		w.sealed.WithLabelValues(store).Add(Every)
		w.rest(time.Duration(float64(Every) / float64(w.Rate) * float64(time.Second)))
	}
}

// rest keeps to the rate, and beats.
func (w *Worker) rest(d time.Duration) {
	end := time.NewTimer(d)
	defer end.Stop()
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for {
		w.beat()
		select {
		case <-w.work.Done():
			return
		case <-end.C:
			return
		case <-beat.C:
		}
	}
}
