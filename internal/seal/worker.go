package seal

import (
	"context"
	_ "embed" // the statements of this package, one per file
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/background"
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
	work             background.Work
	beat             func()
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
	for _, store := range w.Stores() {
		w.sealed.WithLabelValues(store.ID) // a rate needs the zero before the first one
		w.failures.WithLabelValues(store.ID)
	}
	return w.work.Begin(ctx, w.run)
}

// Stop gives up what is at hand and returns when nothing of the worker runs any more. Stopping
// twice is fine.
func (w *Worker) Stop() { w.work.Stop() }

func (w *Worker) run(ctx context.Context) {
	loop := w.Loops.Loop("sealer")
	defer loop.Done()
	w.beat = loop.Beat
	for ctx.Err() == nil {
		for _, store := range w.Stores() {
			if err := w.visit(ctx, store.ID); err != nil && ctx.Err() == nil {
				w.failures.WithLabelValues(store.ID).Inc()
				w.Log.Warn("not sealed", zap.String("store", store.ID), zap.Error(err))
			}
		}
		background.Rest(ctx, w.Pause, w.beat)
	}
}

// visit seals what there is to seal on the store.
func (w *Worker) visit(ctx context.Context, store string) error {
	watcher, err := w.Pools.Pool(ctx, store, pg.Watcher)
	if err != nil {
		return err
	}
	projector, err := w.Pools.Pool(ctx, store, pg.Projector)
	if err != nil {
		return err
	}
	rows, err := watcher.Query(ctx, dueSQL)
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
		if err := w.sealAll(ctx, store, projector, account); err != nil {
			failed = fmt.Errorf("account %s: %w", account, err)
		}
	}
	return failed
}

func (w *Worker) sealAll(ctx context.Context, store string, projector *pgxpool.Pool, account uuid.UUID) error {
	for {
		block, cancel := context.WithTimeout(ctx, blockTime)
		sealed, err := Next(block, projector, account)
		cancel()
		if err != nil || !sealed {
			return err
		}
		w.sealed.WithLabelValues(store).Add(Every)
		background.Rest(ctx, time.Duration(float64(Every)/float64(w.Rate)*float64(time.Second)), w.beat)
	}
}
