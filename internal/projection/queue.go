package projection

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
)

// queue is the fair line of a store's accounts that have events to apply. An account
// stands in it once. It is handed to one worker at a time, for one page, and then goes to
// the tail when there is more, so nobody waits longer than one page of each other account.
//
//	Push──> queued ──Pop──> running ──Done──> gone, queued at the tail, or delayed
//	          ^────────── Push meanwhile ──────────┘
//
// An account without work is not in it and costs nothing.
type queue struct {
	mu     sync.Mutex
	ready  []uuid.UUID // first in, first out
	places map[uuid.UUID]place
	due    map[uuid.UUID]time.Time // delayed accounts; few, those that failed
	paused time.Time               // nobody is handed out before
	wake   chan struct{}
	clock  func() time.Time
}

type place uint8

const (
	queued place = iota + 1
	running
	runningAgain // there is more for it than the running page knows of
	delayed
)

func newQueue(clock func() time.Time) *queue {
	return &queue{places: map[uuid.UUID]place{}, due: map[uuid.UUID]time.Time{}, wake: make(chan struct{}, 1), clock: clock}
}

// Push says that the account has work. A delayed account stays delayed.
func (q *queue) Push(account uuid.UUID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch q.places[account] {
	case 0:
		q.enqueue(account)
	case running:
		q.places[account] = runningAgain
	}
}

// Pop takes the account at the head. It returns false when there was none for the time of
// idle, or ctx ended.
func (q *queue) Pop(ctx context.Context, idle time.Duration) (uuid.UUID, bool) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	end := q.clock().Add(idle)
	for {
		account, wait, ok := q.take()
		if ok || ctx.Err() != nil || !q.clock().Before(end) {
			return account, ok
		}
		timer.Reset(min(wait, end.Sub(q.clock())))
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-timer.C:
		}
	}
}

// Done gives the account back. It goes to the tail when there is more or a push came
// meanwhile; a positive delay keeps it out for that long.
func (q *queue) Done(account uuid.UUID, more bool, delay time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	again := more || q.places[account] == runningAgain
	delete(q.places, account)
	switch {
	case delay > 0:
		q.places[account] = delayed
		q.due[account] = q.clock().Add(delay)
		q.poke() // a waiter's timer may be set too late
	case again:
		q.enqueue(account)
	}
}

// Pause hands nobody out for the time: the store is away, and that is no account's fault.
func (q *queue) Pause(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.paused = q.clock().Add(d)
}

// Len returns how many accounts stand in the line, those at work and delayed included.
func (q *queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.places)
}

// take returns the first account, or how long nothing will change by itself.
func (q *queue) take() (uuid.UUID, time.Duration, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.clock()
	if wait := q.paused.Sub(now); wait > 0 {
		return uuid.Nil, wait, false
	}
	wait := q.recall(now)
	if len(q.ready) == 0 {
		return uuid.Nil, wait, false
	}
	account := q.ready[0]
	q.ready = q.ready[1:]
	q.places[account] = running
	if len(q.ready) > 0 {
		q.poke() // one poke wakes one worker, who wakes the next
	}
	return account, 0, true
}

// recall lets delayed accounts in whose time has come, and returns how long the next one's takes.
func (q *queue) recall(now time.Time) time.Duration {
	next := time.Hour
	for account, due := range q.due {
		if wait := due.Sub(now); wait > 0 {
			next = min(next, wait)
			continue
		}
		delete(q.due, account)
		q.enqueue(account)
	}
	return next
}

func (q *queue) enqueue(account uuid.UUID) {
	q.places[account] = queued
	q.ready = append(q.ready, account)
	q.poke()
}

func (q *queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default: // one is waiting to be seen already
	}
}
