package upgrade

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/background"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

const (
	// backEvents is how many events a turn looks at: what it changes holds up pages of the account for milliseconds.
	backEvents = 100
	backPause  = time.Minute // between two looks for what there is to do
	backTime   = 30 * time.Second
	// backActor is who stored the events, in store.transformed_events.
	backActor = "write-back"
)

// WriteBackConfig says what a WriteBack works with.
type WriteBackConfig struct {
	Pools    projection.Pools
	Releases projection.Releases
	Stores   func() []tenant.Store
	Rate     int                   // events per second that are looked at
	Pause    time.Duration         // between two looks for what there is to do; zero: a minute
	Log      *zap.Logger           // nil: none
	Metrics  prometheus.Registerer // nil: none
	Loops    *observe.Loops        // nil: no heartbeat is shown
}

// WriteBack stores events of older shapes as the release of their account reads them, of all
// accounts of all stores whose policy leaves them open, little by little. It does what InPlace
// does, and leaves an account alone as long as another release is kept beside its own: what is
// stored in the newer shape then might be what closes the way back. One that has gone back, or forth
// again behind that, is left alone too: what the newer release said has to be there for the next try. An event that cannot be read, or
// is read as several or as none, stays as it is. Where it is is kept in memory: who begins anew
// looks at what is current already, and changes nothing there. Several do no harm.
type WriteBack struct {
	WriteBackConfig
	written, failures *prometheus.CounterVec
	at                map[uuid.UUID]backAt
	work              background.Work
	beat              func()
}

// backAt is the last event that was looked at, for a release.
type backAt struct {
	release string
	number  int64
}

// due is an account that there may be something to do for.
type due struct {
	Account uuid.UUID
	Release string
	Live    int64
	Policy  Policy
}

// NewWriteBack returns one; Start begins its work.
func NewWriteBack(c WriteBackConfig) *WriteBack {
	if c.Pause <= 0 {
		c.Pause = backPause
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Loops == nil {
		c.Loops = observe.NewLoops(time.Now)
	}
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polder_write_back_" + name, Help: help}, []string{"store"})
	}
	w := &WriteBack{WriteBackConfig: c, at: map[uuid.UUID]backAt{},
		written:  counter("events_total", "Events that were stored in the shape of their account's release."),
		failures: counter("failures_total", "Tries to do so that failed.")}
	if c.Metrics != nil {
		c.Metrics.MustRegister(w.written, w.failures)
	}
	return w
}

// Start begins the work. ctx carries values only: it goes on until Stop.
func (w *WriteBack) Start(ctx context.Context) error { return w.work.Begin(ctx, w.run) }

// Stop gives up what is at hand and returns when nothing of it runs any more. Stopping twice is fine.
func (w *WriteBack) Stop() { w.work.Stop() }

func (w *WriteBack) run(ctx context.Context) {
	loop := w.Loops.Loop("write-back")
	defer loop.Done()
	w.beat = loop.Beat
	for ctx.Err() == nil {
		more := false
		for _, store := range w.Stores() {
			left, err := w.visit(ctx, store.ID)
			if err != nil && ctx.Err() == nil {
				w.failures.WithLabelValues(store.ID).Inc()
				w.Log.Warn("events are not written back", zap.String("store", store.ID), zap.Error(err))
			}
			more = more || left
		}
		if !more {
			background.Rest(ctx, w.Pause, w.beat)
		}
	}
}

// visit gives each account of the store a turn, and reports whether one has more to look at.
func (w *WriteBack) visit(ctx context.Context, store string) (more bool, failed error) {
	builder, err := w.Pools.Pool(ctx, store, pg.Builder)
	if err != nil {
		return false, err
	}
	rows, _ := builder.Query(ctx, dueBackSQL)
	accounts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d due, err error) {
		return d, row.Scan(&d.Account, &d.Release, &d.Live, &d.Policy.Immutability, &d.Policy.ClosedUntil)
	})
	if err != nil {
		return false, err
	}
	for _, d := range accounts {
		at := w.at[d.Account]
		if at.release != d.Release {
			at = backAt{release: d.Release}
		}
		if at.number >= d.Live {
			continue
		}
		turn, cancel := context.WithTimeout(ctx, backTime)
		last, written, err := w.turn(turn, builder, d, at.number)
		cancel()
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("account %s: %w", d.Account, err))
			continue
		}
		w.written.WithLabelValues(store).Add(float64(written))
		w.at[d.Account] = backAt{d.Release, last}
		more = more || last < d.Live
		background.Rest(ctx, time.Duration(float64(last-at.number)/float64(max(w.Rate, 1))*float64(time.Second)), w.beat)
	}
	return more, failed
}

// turn looks at some events behind the number, and returns the last one of them.
func (w *WriteBack) turn(ctx context.Context, builder *pgxpool.Pool, d due, after int64) (last, written int64, err error) {
	of, err := w.Releases.Get(ctx, d.Release)
	if err != nil {
		return after, 0, err
	}
	if ir := of.IR(); len(ir.Upcasts) == 0 || ir.TakesBack() {
		return d.Live, 0, nil
	}
	page := inPlacePage{InPlace: InPlace{AccountID: d.Account, Release: of, Actor: backActor}, policy: d.Policy, most: backEvents, until: d.Live, lenient: true}
	if err := page.read(ctx, builder, after); err != nil {
		return after, 0, err
	}
	if len(page.numbers) == 0 {
		return page.last, 0, nil
	}
	var done Transformed
	err = pgx.BeginFunc(ctx, builder, func(tx pgx.Tx) error {
		var held bool
		if err := tx.QueryRow(ctx, holdReleaseSQL, d.Account, d.Release).Scan(&held); err != nil {
			return err
		}
		return page.write(ctx, tx, &done)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return after, 0, nil // it goes to another release; a look finds out whether it stays there
	}
	return page.last, done.Transformed, err
}
