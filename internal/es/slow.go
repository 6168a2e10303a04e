package es

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

const (
	statementTimeout = 10 * time.Second // of a round trip; then the server counts as away
	rollbackTimeout  = time.Second
	patience         = 500 * time.Millisecond // with a store that is away and has stored nothing
	settlePatience   = 15 * time.Second       // with a store that is away and may have stored something
	firstBackoff     = 5 * time.Millisecond
	longestBackoff   = 250 * time.Millisecond

	lockWait     = "200ms"               // for heads that another session is about to release
	shortWait    = "5ms"                 // for the head of an account that is held
	heldPause    = 50 * time.Millisecond // until a held account is tried again
	heldPatience = 10 * time.Second      // with appends of an account that stays held
)

// storeSlow decides the works on what the store holds, under the lock of their heads, and
// so also settles what became of a statement with an unknown outcome: the lock waits for
// that statement, or else has it find another head when it comes.
func (l *lane) storeSlow(works []*work) {
	began := l.clock()
	for backoff := firstBackoff; ; backoff = min(2*backoff, longestBackoff) {
		err := l.attempt(works, lockWait)
		if err == nil {
			return
		}
		switch {
		case pg.Code(err) == pgerrcode.LockNotAvailable:
			l.storeHeld(works)
			return
		case pg.Away(err) || passing(err):
			if l.clock().Sub(began) > patienceWith(works) {
				l.giveUp(works, err)
				return
			}
			time.Sleep(backoff)
		case len(works) == 1 && len(works[0].appends) == 1:
			l.reject(works[0].appends[0], unstorable(err))
			return
		default:
			l.storeSingly(works)
			return
		}
	}
}

// storeSingly finds the append that an error of the whole group belongs to.
func (l *lane) storeSingly(works []*work) {
	for _, w := range works {
		appends := append([]*pending(nil), w.appends...)
		for i := range appends {
			w.appends = appends[i : i+1]
			l.storeSlow([]*work{w})
		}
	}
}

// passing says whether the error is over when the transaction is run again.
func passing(err error) bool {
	switch pg.Code(err) {
	case pgerrcode.SerializationFailure, pgerrcode.DeadlockDetected, pgerrcode.UniqueViolation:
		return true
	}
	return false
}

func patienceWith(works []*work) time.Duration {
	for _, w := range works {
		for _, p := range w.appends {
			if p.sent {
				return settlePatience
			}
		}
	}
	return patience
}

func (l *lane) giveUp(works []*work, err error) {
	for _, w := range works {
		for _, p := range w.appends {
			if p.sent {
				l.reject(p, fault.Wrap(err, fault.Unavailable, "The store went away and it is unknown whether the change was stored; "+
					"repeat it with the same command id").After(time.Second))
				continue
			}
			l.reject(p, fault.Wrap(err, fault.Unavailable, "The store does not answer and nothing was stored; try again").After(time.Second))
		}
	}
}

// unstorable is the answer to an append that PostgreSQL refuses for its data, or that what
// is written with it refuses.
func unstorable(err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	if code := pg.Code(err); pgerrcode.IsDataException(code) || pgerrcode.IsProgramLimitExceeded(code) {
		return fault.Wrap(err, fault.Invalid, "The store cannot hold this change")
	}
	return err
}

// attempt decides the works in one transaction of two round trips, beside those of what is
// written within it. It returns nil when all appends are answered; after an error none is.
func (l *lane) attempt(works []*work, wait string) error {
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	conn, err := l.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // ends a transaction that is still open by ending the connection
	facts, err := l.load(ctx, conn.Conn(), works, wait)
	if err != nil {
		_ = rollback(ctx, conn.Conn())
		return err
	}
	var writing []*work
	for _, w := range works {
		w.moved = false
		w.evaluation.run(facts.heads[w.account], facts.accounts[w.account], w.appends)
		if len(w.evaluation.events) > 0 {
			writing = append(writing, w)
		}
	}
	if err := applyWithin(ctx, conn.Conn(), writing); err != nil {
		_ = rollback(ctx, conn.Conn())
		return err
	}
	if err := l.finish(ctx, conn.Conn(), writing); err != nil {
		return err
	}
	for _, w := range works {
		l.conclude(ctx, conn.Conn(), w, facts.heads[w.account])
	}
	return nil
}

// load locks the heads and reads the facts. They travel together, but each statement sees
// what was committed when it began: the facts are read after the lock was granted.
func (l *lane) load(ctx context.Context, conn *pgx.Conn, works []*work, wait string) (*factSheet, error) {
	sheet := newFactSheet(works)
	batch := &pgx.Batch{}
	batch.Queue("BEGIN ISOLATION LEVEL READ COMMITTED") // whatever the default: each statement sees anew
	batch.Queue("SELECT pg_catalog.set_config('lock_timeout', $1, true)", wait)
	sheet.queue(batch)
	return sheet, conn.SendBatch(ctx, batch).Close()
}

// finish writes and ends the transaction.
func (l *lane) finish(ctx context.Context, conn *pgx.Conn, writing []*work) error {
	if len(writing) == 0 {
		return rollback(ctx, conn)
	}
	l.statement.build(writing)
	if err := l.statement.runAndCommit(ctx, conn); err != nil {
		if pg.Away(err) && !pgconn.SafeToRetry(err) {
			markSent(writing)
		}
		_ = rollback(ctx, conn)
		return err
	}
	for _, w := range writing {
		if !w.moved {
			return errors.New("a locked head was not where it was read")
		}
	}
	return nil
}

// rollback ends the transaction, also when ctx is over; on a network that went silent it
// gives up soon, and the connection is then closed when it is released.
func rollback(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_, err := conn.Exec(ctx, "ROLLBACK")
	return err
}

// conclude remembers what was learnt and answers every append. An append that is a repeat
// gets the first answer, read from the store.
func (l *lane) conclude(ctx context.Context, conn *pgx.Conn, w *work, found Head) {
	l.rememberSlow(w, found)
	delete(l.held, w.account)
	for i, p := range w.appends {
		switch v := &w.evaluation.verdicts[i]; v.kind {
		case accepted:
			l.accept(p, v.events, w.commitTime)
		case rejected:
			l.reject(p, v.err)
		default:
			l.repeat(ctx, conn, p, v.first)
		}
	}
}

func (l *lane) rememberSlow(w *work, found Head) {
	if found.AccountID == uuid.Nil {
		l.memory.accounts.delete(w.account)
		return
	}
	r := l.memory.account(w.account)
	lost := r != nil && !r.head.equal(found)
	if r == nil || lost {
		r = l.memory.begin(found)
	}
	r.lost = lost
	if w.moved {
		l.memory.learn(r, w.headAfter(), &w.evaluation.draft)
	}
}

// repeat answers with the events that the command stored the first time.
func (l *lane) repeat(ctx context.Context, conn *pgx.Conn, p *pending, first int64) {
	var c collector
	rows, err := conn.Query(ctx, readRepeatSQL, p.append.AccountID, first, p.append.CommandID, p.append.CommandHash)
	if err == nil {
		err = c.collect(rows)
	}
	if err == nil && len(c.events) == 0 {
		err = errors.New("a command that was found has no events")
	}
	if err != nil {
		l.reject(p, pg.Fault(err))
		return
	}
	if !p.sent {
		l.metrics.repeated.Inc()
	}
	l.answer(p, Result{SequenceNumber: c.events[len(c.events)-1].SequenceNumber, Events: c.events, Repeated: !p.sent}, nil)
}
