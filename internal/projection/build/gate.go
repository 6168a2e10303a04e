package build

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Progress is how far the build of an account is.
type Progress struct {
	AccountID uuid.UUID
	Phase     string // of the units at work
	Paused    bool
	Events    int64 // built, of Total: as many as are worth the work that is done, of which folds are one half and proofs the other
	Total     int64
	Read      int64 // events that came from the store for folds and proofs
	Rows      int64 // written

	Proven float64 // share of the unit at hand, from 0 to 1, that is proven
}

// Throttle bounds the events per second that all builds with it read together.
type Throttle struct {
	perSecond float64
	now       func() time.Time

	mu   sync.Mutex
	free time.Time // when what was taken so far is used up
}

// NewThrottle returns a throttle of that many events per second.
func NewThrottle(perSecond float64, now func() time.Time) *Throttle {
	return &Throttle{perSecond: perSecond, now: now}
}

// Set changes how many events per second there may be; zero: as fast as it goes.
func (t *Throttle) Set(perSecond float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.perSecond = perSecond
}

// Take waits until so many events may be read; a nil throttle never does.
func (t *Throttle) Take(ctx context.Context, events int) error {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	if t.perSecond <= 0 {
		t.mu.Unlock()
		return nil
	}
	now := t.now()
	if t.free.Before(now) {
		t.free = now
	}
	wait := t.free.Sub(now)
	t.free = t.free.Add(time.Duration(float64(events) / t.perSecond * float64(time.Second)))
	t.mu.Unlock()
	return sleep(ctx, wait)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

const (
	tellEvery  = time.Second            // how often the store is told of progress, and asked for a pause
	pausePoll  = 200 * time.Millisecond // how often a paused build asks whether it goes on
	asideAfter = time.Minute            // so long what is paused keeps its place, its memory and its snapshot
)

// errAside says that the work at hand was given up for a pause. It begins anew after it.
var errAside = errors.New("the build is paused")

// gate is what batches of events pass: it throttles, tells of progress, and stops for a pause.
type gate struct {
	*build
	told     time.Time
	progress Progress
}

func newGate(b *build) *gate {
	return &gate{build: b, told: b.Clock(), progress: Progress{AccountID: b.job.AccountID}}
}

// pass lets a batch of a fold through that ends at the number.
func (g *gate) pass(ctx context.Context, p *pass, events int, at int64) error {
	if err := g.Throttle.Take(ctx, events); err != nil {
		return err
	}
	g.progress.Phase = phaseFold
	for _, u := range p.units {
		u.folded = p.done(at)
	}
	return g.step(ctx, p.units...)
}

// proving tells that such a share of the unit's proof is done.
func (g *gate) proving(ctx context.Context, u *unit, share float64) error {
	u.proven, g.progress.Proven = share, share
	return g.step(ctx, u)
}

// step is passed amid work on the units, often. It returns errAside when a pause lasts.
func (g *gate) step(ctx context.Context, units ...*unit) error {
	if g.Clock().Sub(g.told) < tellEvery {
		return nil
	}
	return g.hold(ctx, asideAfter, g.tell, units)
}

// wait returns when none of the units is paused, however long that takes.
func (g *gate) wait(ctx context.Context, phase string, units ...*unit) error {
	g.progress.Phase, g.progress.Proven = phase, 0
	ask := g.tell
	if g.Clock().Sub(g.told) < tellEvery { // of many small units each comes here more than once
		ask = g.ask
	}
	return g.hold(ctx, math.MaxInt64, ask, units)
}

// hold asks until none of the units is paused. It returns errAside when that lasts longer than most.
func (g *gate) hold(ctx context.Context, most time.Duration, ask func(context.Context, []*unit) (bool, error), units []*unit) error {
	for began := g.Clock(); ; {
		paused, err := ask(ctx, units)
		switch {
		case err != nil || !paused:
			return err
		case g.Clock().Sub(began) > most:
			return errAside
		}
		if err := sleep(ctx, pausePoll); err != nil {
			return err
		}
	}
}

// tell tells the store and the caller how far the units are, which are equally far, and returns whether they shall wait.
func (g *gate) tell(ctx context.Context, units []*unit) (paused bool, err error) {
	g.told = g.Clock()
	err = g.Builder.QueryRow(ctx, tellSQL, g.job.AccountID, rootsOf(units), units[0].done()).Scan(&paused)
	g.shown(paused)
	return paused, err
}

// ask is tell that changes nothing in the store.
func (g *gate) ask(ctx context.Context, units []*unit) (paused bool, err error) {
	err = g.Builder.QueryRow(ctx, waitsSQL, g.job.AccountID, rootsOf(units)).Scan(&paused)
	g.shown(paused)
	return paused, err
}

func (g *gate) shown(paused bool) {
	g.progress.Paused = paused
	g.progress.Events = int64(done(g.units) * float64(g.progress.Total))
	g.Progress(g.progress)
}

// done is the share of the units' work that is done. Those that went together were hardly any.
func done(units []*unit) float64 {
	var sum, n float64
	for _, u := range units {
		if !u.gathered {
			sum, n = sum+u.done(), n+1
		}
	}
	if n == 0 {
		return 1
	}
	return sum / n
}

// share is which part of all keys is below the key. Keys are spread, or nearly so; it is
// only for progress.
func share(key uuid.UUID) float64 {
	return float64(binary.BigEndian.Uint64(key[:8])) / (1 << 63) / 2
}
