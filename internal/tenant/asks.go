package tenant

import (
	"context"
	"sync"

	"github.com/polderhq/polder/internal/fault"
)

// asks gathers requests for a refresh. Whoever asks is answered by the next refresh that
// begins, so one refresh answers all who asked before it and what it finds is new enough.
type asks struct {
	waiting chan struct{}
	mu      sync.Mutex
	next    *round
	closed  bool
}

type round struct {
	done chan struct{}
	err  error
}

func newAsks() *asks {
	return &asks{waiting: make(chan struct{}, 1), next: newRound()}
}

func newRound() *round { return &round{done: make(chan struct{})} }

// ask waits for a refresh that begins after the call, and returns how it went.
func (a *asks) ask(ctx context.Context) error {
	a.mu.Lock()
	round, closed := a.next, a.closed
	a.mu.Unlock()
	if closed {
		return errStopped()
	}
	select {
	case a.waiting <- struct{}{}:
	default: // someone has asked already
	}
	select {
	case <-round.done:
		return round.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin returns the round of those who have asked until now.
func (a *asks) begin() *round {
	a.mu.Lock()
	defer a.mu.Unlock()
	begun := a.next
	a.next = newRound()
	return begun
}

func (a *asks) answer(r *round, err error) {
	r.err = err
	close(r.done)
}

// close answers those who still wait, and all who come.
func (a *asks) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	a.answer(a.next, errStopped())
	a.next = newRound()
}

func errStopped() error {
	return fault.New(fault.Unavailable, "This process is stopping; try again").After(movingRetryAfter)
}
