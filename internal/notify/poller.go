package notify

import (
	"context"
	_ "embed"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"
)

const (
	pollTimeout = 10 * time.Second
	// A poll rests at least this many times what it took, so that polling takes at most a
	// twentieth of one connection, however many accounts there are; but no longer than
	// slowestPolls of its usual pace.
	restPerWork  = 20
	slowestPolls = 4
	// everyPoll is after how many polls all accounts are looked at although the fingerprint says
	// that nothing moved.
	everyPoll = 20
)

var (
	//go:embed sql/fingerprint.sql
	fingerprintSQL string
	//go:embed sql/positions.sql
	positionsSQL string
)

// fingerprint tells cheaply, without a row per account, whether anything has moved.
type fingerprint struct {
	accounts, heads, generations, cursors int64
}

// poller is what the poll's loop remembers; nobody else touches it.
type poller struct {
	last   fingerprint
	quiet  int // polls since all accounts were looked at
	looked bool
	behind map[uuid.UUID]position
	away   bool
}

// position is where an account's events and its live projections stand.
type position struct{ head, cursor int64 }

func (l *Link) poll(ctx context.Context) {
	anew := true
	for ctx.Err() == nil {
		l.config.Beat()
		begun := l.clock()
		l.tellAway(ctx, l.pollOnce(ctx, anew))
		took := l.clock().Sub(begun)
		rest(ctx, max(debounce, took)) // also when others ask for a look all the time
		pause := min(max(l.config.Poll, restPerWork*took), slowestPolls*l.config.Poll)
		anew = l.restOrLook(ctx, pause)
	}
}

// restOrLook returns true when it was woken because hints were lost.
func (l *Link) restOrLook(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-l.look:
		return true
	case <-timer.C:
	}
	return false
}

// pollOnce looks at all accounts when something has moved, when some account's projections
// are behind, or anew.
func (l *Link) pollOnce(ctx context.Context, anew bool) error {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	var now fingerprint
	row := l.config.Pool.QueryRow(ctx, fingerprintSQL)
	if err := row.Scan(&now.accounts, &now.heads, &now.generations, &now.cursors); err != nil {
		return err
	}
	p := &l.poller
	p.quiet++
	if !anew && now == p.last && now.heads == now.cursors && p.quiet < everyPoll {
		return nil
	}
	if err := l.lookAtAll(ctx); err != nil {
		return err
	}
	p.last, p.quiet = now, 0
	return nil
}

func (l *Link) lookAtAll(ctx context.Context) error {
	l.heads.beginPoll()
	l.applied.beginPoll()
	positions, err := readPositions(ctx, l.config.Pool, int(l.poller.last.accounts))
	if err != nil {
		return err
	}
	behind := map[uuid.UUID]position{}
	for account, at := range positions {
		l.compareHead(account, at)
		l.compareCursor(account, at)
		if at.head > at.cursor {
			behind[account] = at
		}
	}
	l.poller.behind, l.poller.looked = behind, true
	for _, w := range l.wires() {
		if w.size() > len(positions) {
			w.forget(func(account uuid.UUID) bool { _, present := positions[account]; return present })
		}
	}
	return nil
}

// compareHead signals a head that has moved unheard, and one that stands where it stood at the
// last look with its projections still behind: whoever took that work may be gone.
func (l *Link) compareHead(account uuid.UUID, at position) {
	s := Signal{account, at.head}
	switch l.heads.found(s) {
	case moved:
		l.heads.topic.relay(s)
	case first:
		l.meet(l.heads, s, at.head > at.cursor)
	case same:
		if stood, was := l.poller.behind[account]; was && stood == at {
			l.heads.topic.relay(s)
		}
	}
}

func (l *Link) compareCursor(account uuid.UUID, at position) {
	s := Signal{account, at.cursor}
	switch l.applied.found(s) {
	case moved:
		l.applied.topic.relay(s)
	case first:
		l.meet(l.applied, s, false)
	}
}

// meet signals an account that was not met before. Whoever waits for it may have missed a hint.
// Whoever watches all accounts hears of those that are new, or that there is work for, and
// not of all there are when a process starts.
func (l *Link) meet(w *wire, s Signal, work bool) {
	if work || l.poller.looked {
		w.topic.relay(s)
	} else {
		w.topic.wake(s)
	}
}

func readPositions(ctx context.Context, pool *pgxpool.Pool, about int) (map[uuid.UUID]position, error) {
	rows, err := pool.Query(ctx, positionsSQL)
	if err != nil {
		return nil, err
	}
	positions := make(map[uuid.UUID]position, about)
	var account uuid.UUID
	var at position
	_, err = pgx.ForEachRow(rows, []any{&account, &at.head, &at.cursor}, func() error {
		positions[account] = at
		return nil
	})
	return positions, err
}

// tellAway logs when the store goes away and when it is back, not in between.
func (l *Link) tellAway(ctx context.Context, err error) {
	p := &l.poller
	if ctx.Err() != nil || p.away == (err != nil) {
		return
	}
	if p.away = err != nil; p.away {
		l.log.Warn("the store is away", zap.Error(err))
		return
	}
	l.log.Info("the store is back")
}
