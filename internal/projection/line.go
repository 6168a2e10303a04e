package projection

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// line works off the accounts of one store.
type line struct {
	*Projector
	store   string
	queue   *queue
	paces   *paces
	metrics *metrics

	mu       sync.Mutex
	failures map[uuid.UUID]int      // consecutive ones, of accounts that fail
	between  map[uuid.UUID][]string // digests, of accounts whose tables are not those of the catalog's release alone
	away     int                    // consecutive failures to reach the store
}

func newLine(p *Projector, store string) *line {
	l := &line{Projector: p, store: store, queue: newQueue(p.Clock), paces: newPaces(p.PageEvents), failures: map[uuid.UUID]int{}, between: map[uuid.UUID][]string{}}
	l.metrics = newMetrics(p.Metrics, store, l.queue.Len)
	return l
}

func (l *line) run(work context.Context, worker int) {
	beat := l.Loops.Loop(fmt.Sprintf("projector-%s-%d", l.store, worker))
	defer beat.Done()
	for work.Err() == nil {
		if account, ok := l.queue.Pop(work, idleBeat); ok {
			l.serve(account)
		}
		beat.Beat()
	}
}

// busyPause is when an account is looked at again that somebody else had claimed: another
// projector goes on by itself, but a build or a repair does not.
const busyPause = 20 * time.Millisecond

// serve applies one page of the account and one batch of its fan-outs, and gives it back to
// the queue. The two take turns, so that neither waits long for the other.
func (l *line) serve(account uuid.UUID) {
	start := l.Clock()
	done, fanned, err := l.apply(account)
	if err != nil {
		l.failed(account, err)
		return
	}
	failedBefore := l.succeeded(account)
	took := l.Clock().Sub(start)
	l.metrics.applied(done, took)
	l.paces.learn(account, int(done.to-done.from), done.more, took)
	l.report(account, done)
	if done.to > done.from || (done.claimed && failedBefore) {
		// After a failure the page may have been committed without anybody hearing of it.
		l.Applied.Publish(notify.Signal{AccountID: account, SequenceNumber: done.to})
	}
	l.metrics.fannedOut(fanned)
	if !done.claimed && !done.gone {
		l.queue.Done(account, false, busyPause)
		return
	}
	l.queue.Done(account, done.more || fanned.left, 0)
}

func (l *line) apply(id uuid.UUID) (done outcome, fanned fannedOut, err error) {
	account, err := l.Accounts.Account(id)
	if fault.Is(err, fault.NotFound) || (err == nil && (account.State == tenant.Erased || account.StoreID != l.store)) {
		return outcome{gone: true}, fanned, nil // where it is now, it gets its own hints
	}
	if err != nil {
		return done, fanned, err
	}
	pool, err := l.Pools.Pool(l.pages, l.store, pg.Projector)
	if err != nil {
		return done, fanned, err
	}
	p := page{account: id, limits: limits{events: l.paces.of(id), bytes: l.PageBytes}}
	for tries := 0; ; tries++ {
		if p.plan, err = l.plan(account); err != nil {
			return done, fanned, err
		}
		done, err = l.follow(pool, p)
		var behind *behindError
		if !errors.As(err, &behind) || tries == mostPlans {
			break
		}
		l.learn(account, behind.digests)
	}
	if err != nil || !done.fanOuts {
		return done, fanned, err
	}
	fanned, err = applyFanOut(l.pages, pool, p)
	return done, fanned, err
}

// follow applies the account's next page under a span of its own.
func (l *line) follow(pool *pgxpool.Pool, p page) (done outcome, err error) {
	ctx, span := l.Tracing.Start(l.pages, "page", p.account)
	defer func() { span.End(err) }()
	p.span = span
	return applyPage(ctx, pool, p)
}

// mostPlans is how often a page is tried again with the releases that the store names.
const mostPlans = 3

// plan is that of the account's releases, as far as this process knows of them.
func (l *line) plan(account tenant.Account) (*Plan, error) {
	l.mu.Lock()
	digests := l.between[account.ID]
	l.mu.Unlock()
	if digests == nil {
		digests = []string{account.Release}
	}
	var all []*model.Release
	for _, digest := range digests {
		release, err := l.Releases.Get(l.pages, digest)
		if err != nil {
			return nil, err
		}
		all = append(all, release)
	}
	return l.plans.Of(all[0], all[1:]...), nil
}

// learn takes note of the releases that the store says the account's tables are of. It is
// asked for nothing else: a page that knows less is told, and begins again.
func (l *line) learn(account tenant.Account, digests []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(digests) == 1 && digests[0] == account.Release {
		delete(l.between, account.ID)
		return
	}
	l.between[account.ID] = digests
}

func (l *line) report(account uuid.UUID, done outcome) {
	for _, c := range done.parked {
		l.Log.Error("projection parked", zap.Stringer("account", account), zap.String("projection", c.unit.Root.Projection.Name),
			zap.Int64("sequence_number", c.poison.event.SequenceNumber), zap.String("event", c.poison.event.PayloadItemName),
			zap.String("error", storable(c.poison.err)))
	}
}

const (
	firstBackoff = 50 * time.Millisecond
	lastBackoff  = 10 * time.Second // of an account that fails for reasons of its own
	lastPause    = 2 * time.Second  // of a line whose store is away; accounts wait for it to come back
)

// backoff doubles with each failure and is spread, so that what failed together does not
// come back together.
func backoff(failures int, most time.Duration) time.Duration {
	d := min(most, firstBackoff<<min(failures, 20))
	return d/2 + rand.N(d/2)
}

// failed keeps the account out for a while, or the whole line when the store is away.
// Nothing is skipped: the account comes again until its page is applied.
func (l *line) failed(account uuid.UUID, err error) {
	if l.pages.Err() != nil {
		l.queue.Done(account, false, 0)
		return
	}
	l.metrics.failed(err)
	l.mu.Lock()
	l.failures[account]++
	failures := l.failures[account]
	away := pg.Away(err) || fault.Is(err, fault.Unavailable)
	if away {
		l.away++
		failures = l.away
	}
	l.mu.Unlock()
	l.Log.Warn("page not applied", zap.Stringer("account", account), zap.String("store", l.store),
		zap.Int("failures", failures), zap.Error(err))
	switch {
	case away:
		l.queue.Pause(backoff(failures, lastPause))
		l.queue.Done(account, true, 0)
	case errors.Is(err, errLost):
		l.queue.Done(account, true, 0)
	default:
		l.queue.Done(account, false, backoff(failures, lastBackoff))
	}
}

// succeeded forgets the account's failures and reports whether there were any.
func (l *line) succeeded(account uuid.UUID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	failures := l.failures[account]
	delete(l.failures, account)
	l.away = 0
	return failures > 0
}
