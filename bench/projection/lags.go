package projectionbench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/notify"
)

// lags tells how long after its acknowledgement each event was applied.
type lags struct {
	mu       sync.Mutex
	accounts map[uuid.UUID]*lag
}

// lag is that of one account.
type lag struct {
	applied int64
	waiting []waiting
	took    []time.Duration
}

type waiting struct {
	number int64
	since  time.Time
}

func newLags() *lags { return &lags{accounts: map[uuid.UUID]*lag{}} }

func (l *lags) of(account uuid.UUID) *lag {
	a := l.accounts[account]
	if a == nil {
		a = &lag{}
		l.accounts[account] = a
	}
	return a
}

func (l *lags) acknowledged(s notify.Signal, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.of(s.AccountID)
	if s.SequenceNumber <= a.applied { // a page had it before its acknowledgement was here
		a.took = append(a.took, 0)
		return
	}
	a.waiting = append(a.waiting, waiting{s.SequenceNumber, at})
}

func (l *lags) applied(s notify.Signal, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.of(s.AccountID)
	a.applied = max(a.applied, s.SequenceNumber)
	a.waiting = slices.DeleteFunc(a.waiting, func(w waiting) bool {
		if w.number > a.applied {
			return false
		}
		a.took = append(a.took, at.Sub(w.since))
		return true
	})
}

// forget begins a new measurement.
func (l *lags) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.accounts {
		a.took = nil
	}
}

// percentiles are over the events of the accounts that were applied, in milliseconds.
func (l *lags) percentiles(accounts ...uuid.UUID) (p50, p99 float64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []time.Duration
	for _, account := range accounts {
		all = append(all, l.of(account).took...)
	}
	if len(all) == 0 {
		return 0, 0, errors.New("no event was applied")
	}
	slices.Sort(all)
	at := func(p int) float64 { return all[(len(all)-1)*p/100].Seconds() * 1000 }
	return at(50), at(99), nil
}

// settled waits until all that was acknowledged is applied.
func (l *lags) settled(ctx context.Context) error {
	for end := time.Now().Add(patience); ; time.Sleep(tick) {
		l.mu.Lock()
		left := 0
		for _, a := range l.accounts {
			left += len(a.waiting)
		}
		l.mu.Unlock()
		switch {
		case left == 0 || ctx.Err() != nil:
			return ctx.Err()
		case time.Now().After(end):
			return fmt.Errorf("%d events are not applied after %s", left, patience)
		}
	}
}
