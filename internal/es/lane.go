package es

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tracing"
)

// A group takes what is queued up to these; one append may exceed them alone.
const (
	groupRows  = 1000
	groupBytes = 4 << 20
)

// pending is an append that waits for its answer.
type pending struct {
	append    Append
	size      size
	since     time.Time
	done      chan answer // holds one
	span      *tracing.Span
	abandoned atomic.Bool // its caller has gone; nothing needs to be stored
	sent      bool        // it was in a statement of which the outcome is unknown
}

type answer struct {
	result Result
	err    error
}

// lane stores the appends of its accounts, one group at a time: while a group is in
// flight the next one queues, and no group waits for a timer.
type lane struct {
	pool    *pgxpool.Pool
	metrics *metrics
	clock   func() time.Time
	tracing *tracing.Tracing

	mutex     sync.Mutex
	queue     []*pending
	postponed int // appends' works that come back to the queue
	closed    bool
	oldest    time.Time // arrival of the oldest append in flight; zero: none
	wake      chan struct{}

	// Only the lane's goroutine touches what follows.
	memory    *memory
	statement *statement
	works     map[uuid.UUID]*work
	spare     []*work
	held      map[uuid.UUID]struct{} // accounts whose heads other sessions held when last tried
}

func newLane(c Config, m *metrics) *lane {
	return &lane{
		pool: c.Appender, metrics: m, clock: c.Clock, tracing: c.Tracing, wake: make(chan struct{}, 1),
		memory: newMemory(), statement: newStatement(), works: make(map[uuid.UUID]*work),
		held: make(map[uuid.UUID]struct{}),
	}
}

// push queues the append; false: the lane is closed.
func (l *lane) push(p *pending) bool {
	l.mutex.Lock()
	if l.closed {
		l.mutex.Unlock()
		return false
	}
	l.queue = append(l.queue, p)
	l.mutex.Unlock()
	l.signal()
	return true
}

func (l *lane) close() {
	l.mutex.Lock()
	l.closed = true
	l.mutex.Unlock()
	l.signal()
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run works until the lane is closed and its queue is empty.
func (l *lane) run() {
	var group []*pending
	for {
		// Whoever was just answered, and appends again, comes along in this group.
		runtime.Gosched()
		var open bool
		if group, open = l.take(group[:0]); !open {
			return
		}
		if len(group) == 0 {
			<-l.wake
			continue
		}
		l.process(group)
		clear(group)
	}
}

// take moves the next group out of the queue; false when there will be none any more.
func (l *lane) take(group []*pending) ([]*pending, bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.queue) == 0 {
		l.oldest = time.Time{}
		return group, !l.closed || l.postponed > 0
	}
	l.oldest = l.queue[0].since
	var total size
	taken := 0
	for _, p := range l.queue {
		total.rows += p.size.rows
		total.bytes += p.size.bytes
		if taken > 0 && (total.rows > groupRows || total.bytes > groupBytes) {
			break
		}
		taken++
		if !p.abandoned.Load() {
			group = append(group, p)
		}
	}
	rest := copy(l.queue, l.queue[taken:])
	clear(l.queue[rest:])
	l.queue = l.queue[:rest]
	if rest > 0 {
		l.signal()
	}
	return group, true
}

// oldestAge is how long the oldest append in flight has been waiting.
func (l *lane) oldestAge(now time.Time) time.Duration {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.oldest.IsZero() {
		return 0
	}
	return now.Sub(l.oldest)
}

// process stores the group: what memory allows in one round trip, the rest on the store's facts.
func (l *lane) process(group []*pending) {
	l.metrics.groupSize.Observe(float64(len(group)))
	defer l.follow(group).End(nil) // each append's span says what became of it
	works := l.split(group)
	var fast, slow []*work
	for _, w := range works {
		if l.remembers(w) {
			fast = append(fast, w)
		} else {
			slow = append(slow, w)
		}
	}
	if len(fast) > 0 {
		slow = append(slow, l.storeFast(fast)...)
	}
	slow, held := l.separateHeld(slow)
	if len(slow) > 0 {
		l.storeSlow(slow)
	}
	l.storeHeld(held)
	l.recycle(works)
}

// follow begins the group's span, and links it with those of its appends.
func (l *lane) follow(group []*pending) *tracing.Span {
	if !l.tracing.On() {
		return nil
	}
	_, span := l.tracing.StartGroup(context.Background(), "group of appends")
	for _, p := range group {
		span.Link(p.span.Context())
		p.span.Link(span.Context())
	}
	return span
}

// split sorts the group's appends by account, in the order of their arrival.
func (l *lane) split(group []*pending) []*work {
	works := make([]*work, 0, min(len(group), 128))
	for _, p := range group {
		w := l.works[p.append.AccountID]
		if w == nil {
			w = l.newWork(p.append.AccountID)
			l.works[w.account] = w
			works = append(works, w)
		}
		w.appends = append(w.appends, p)
	}
	clear(l.works)
	return works
}

func (l *lane) newWork(account uuid.UUID) *work {
	w := &work{}
	if last := len(l.spare) - 1; last >= 0 {
		w, l.spare = l.spare[last], l.spare[:last]
	}
	w.account, w.memory, w.moved = account, l.memory.account(account), false
	return w
}

// recycle keeps the works' buffers and lets go of what callers own now.
func (l *lane) recycle(works []*work) {
	for _, w := range works {
		clear(w.appends)
		clear(w.evaluation.verdicts)
		w.appends, w.evaluation.events = w.appends[:0], nil
		w.evaluation.draft.reset(nil)
		w.evaluation.trial.reset(nil)
	}
	if len(l.spare) < groupRows {
		l.spare = append(l.spare, works...)
	}
}

// remembers says whether memory suffices to accept some of the account's appends.
func (l *lane) remembers(w *work) bool {
	if w.memory == nil || w.memory.lost || w.hasWithin() {
		return false
	}
	w.evaluation.run(w.memory.head, recollection{l.memory, w.memory.life}, w.appends)
	return len(w.evaluation.events) > 0
}

// storeFast stores the evaluated works in one round trip, and returns what is left.
func (l *lane) storeFast(works []*work) []*work {
	l.statement.build(works)
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	conn, err := l.pool.Acquire(ctx)
	if err != nil {
		return works
	}
	err = l.statement.run(ctx, conn.Conn())
	conn.Release()
	if err != nil {
		if pg.Away(err) && !pgconn.SafeToRetry(err) {
			markSent(works)
		}
		return works
	}
	var left []*work
	for _, w := range works {
		if !w.moved {
			w.memory.lost = true
			l.metrics.missed.Inc()
			left = append(left, w)
			continue
		}
		l.memory.learn(w.memory, w.headAfter(), &w.evaluation.draft)
		delete(l.held, w.account)
		if l.resolve(w); len(w.appends) > 0 {
			left = append(left, w)
		}
	}
	return left
}

func markSent(works []*work) {
	for _, w := range works {
		for i, p := range w.appends {
			p.sent = p.sent || w.evaluation.verdicts[i].kind == accepted
		}
	}
}

// resolve answers the appends that are decided by a work that was stored, and keeps the rest.
func (l *lane) resolve(w *work) {
	left := w.appends[:0]
	for i, p := range w.appends {
		v := &w.evaluation.verdicts[i]
		switch v.kind {
		case accepted:
			l.accept(p, v.events, w.commitTime)
		case rejected:
			l.reject(p, v.err)
		default:
			left = append(left, p)
		}
	}
	w.appends = left
}

func (l *lane) accept(p *pending, events []Event, commitTime time.Time) {
	for i := range events {
		events[i].CommitTime = commitTime
	}
	l.metrics.accepted(len(events))
	l.answer(p, Result{SequenceNumber: events[len(events)-1].SequenceNumber, Events: events}, nil)
}

func (l *lane) reject(p *pending, err error) {
	l.metrics.refused(err)
	l.answer(p, Result{}, err)
}

func (l *lane) answer(p *pending, result Result, err error) {
	p.done <- answer{result, err}
}
