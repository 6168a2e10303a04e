package projection

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tracing"
)

// limits bound one page, so that no account holds a worker or memory for long.
type limits struct {
	events int
	bytes  int
}

// firstRead is how many events a page reads before it knows how big they are.
const firstRead = 100

// page is one transaction that takes an account a bounded number of events further.
type page struct {
	tx      pgx.Tx
	account uuid.UUID
	plan    *Plan
	limits  limits
	span    *tracing.Span // nil: nobody follows it
	careful bool          // one event, each unit under a savepoint: what fails is to blame
}

// outcome is what a page has done.
type outcome struct {
	claimed bool  // false: another worker has the account
	gone    bool  // it is not on this store any more
	from    int64 // the cursor before
	to      int64 // and after
	read    int   // events
	more    bool  // the page was full
	fanOuts bool  // there are jobs to work off
	parked  []*change
}

// errLost says that the cursor was not where the page began: another worker has applied
// these events, and this one must not.
var errLost = errors.New("the cursor was moved by another worker")

// applyPage applies the account's next page. A value that cannot be written fails the
// transaction, so a page that meets one is halved until the event is found.
func applyPage(ctx context.Context, pool *pgxpool.Pool, p page) (outcome, error) {
	for {
		done, err := p.run(ctx, pool)
		if !isData(err) || p.careful {
			return done, err
		}
		p = p.smaller(done.read)
	}
}

// smaller is the page with half the events of one that failed; of a single one it looks who
// cannot take it.
func (p page) smaller(read int) page {
	p.careful = read <= 1
	p.limits.events = max(1, min(p.limits.events, read)/2)
	return p
}

// run is one try. Rows and cursor stand in one transaction, so what a crash of PostgreSQL
// takes back is applied again from where the cursor then is; no page waits for the disk.
func (p page) run(ctx context.Context, pool *pgxpool.Pool) (done outcome, err error) {
	err = pg.InAccountAgain(ctx, pool, p.account, func(tx pgx.Tx) error {
		p.tx = tx
		done, err = p.apply(ctx)
		return err
	})
	return done, err
}

func (p page) apply(ctx context.Context) (outcome, error) {
	c, err := p.claim(ctx, claimSQL)
	if err != nil || !c.claimed {
		return outcome{}, err
	}
	if err := c.moves(p.plan); err != nil {
		return outcome{}, err
	}
	done := outcome{claimed: true, from: c.at, to: c.at, fanOuts: c.fanOuts}
	events, more, err := readPage(ctx, p.tx, es.AccountRange{AccountID: p.account, After: c.at}, p.limits)
	if err != nil || len(events) == 0 {
		return done, err
	}
	p.span.For(len(events), func(i int) tracing.Origin {
		return tracing.Origin{Correlation: events[i].CorrelationID, Command: events[i].CommandID}
	})
	done.read, done.more, done.to = len(events), more, events[len(events)-1].SequenceNumber
	w := newWriter(p, c.notLive)
	done.parked, err = p.write(ctx, w, p.plan.distribute(events, func(u *Unit) bool { return c.notLive[u.Root.Table.Name] != "" }))
	if err != nil {
		return done, err
	}
	w.batch.Queue(advanceSQL, p.account, done.from, done.to).Exec(moved)
	err = w.flush(ctx)
	done.fanOuts = done.fanOuts || w.fanOuts
	return done, err
}

// moved is the compare-and-set: exactly one row was where the page had found it.
func moved(tag pgconn.CommandTag) error {
	if tag.RowsAffected() != 1 {
		return errLost
	}
	return nil
}

// claim is the right to change an account's read models, for one transaction, and what was
// seen when it was taken.
type claim struct {
	claimed bool
	at      int64             // the live cursor
	release *string           // whose tables are live; nil: the account never changed its release
	next    *string           // that it is about to run on
	notLive map[string]string // states of the tables that are not live
	fanOuts bool              // there are jobs that can be worked off
}

// claim takes the account by the statement: claimSQL does not wait for another worker,
// holdLiveSQL does.
func (p page) claim(ctx context.Context, statement string) (claim, error) {
	c := claim{notLive: map[string]string{}}
	batch := &pgx.Batch{}
	batch.Queue(statement, p.account).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&c.at, &c.release, &c.next)
		c.claimed = err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	// A statement of its own: it sees what was committed while the claim was waited for.
	queueNotLive(batch, p.account, c.notLive)
	batch.Queue(fanOutsOpenSQL, p.account).QueryRow(func(row pgx.Row) error { return row.Scan(&c.fanOuts) })
	if err := p.tx.SendBatch(ctx, batch).Close(); err != nil {
		return c, err
	}
	return c, c.admits(p.plan)
}

// behindError says that the account's tables are those of other releases than the plan's.
type behindError struct{ digests []string }

func (e *behindError) Error() string {
	return "its tables are those of " + strings.Join(e.digests, " and ")
}

// admits refuses a plan that lacks one of the account's releases: what follows from its writes
// would be left out of that one's tables.
func (c claim) admits(p *Plan) error {
	known := p.digests()
	for _, digest := range c.digests() {
		if !slices.Contains(known, digest) {
			return fault.Wrap(&behindError{c.digests()}, fault.Conflict, "The account changes its release at this moment; try again").After(time.Second)
		}
	}
	return nil
}

// moves refuses a plan that is not of exactly the account's releases, the one that it runs on first. The live
// cursor stands for all their tables but those that appends on that one write, and for no others: rows of an
// account that has left a release are removed.
func (c claim) moves(p *Plan) error {
	if c.release != nil && (len(c.digests()) != len(p.digests()) || *c.release != p.release.Digest()) {
		return &behindError{c.digests()}
	}
	return nil
}

// digests are the releases that the account's tables are of; none when it never changed them.
func (c claim) digests() (all []string) {
	for _, digest := range []*string{c.release, c.next} {
		if digest != nil && !slices.Contains(all, *digest) {
			all = append(all, *digest)
		}
	}
	return all
}

// queueNotLive asks for the states of the tables that are not live.
func queueNotLive(batch *pgx.Batch, account uuid.UUID, states map[string]string) {
	batch.Queue(notLiveSQL, account).Query(func(rows pgx.Rows) error {
		var table, state string
		_, err := pgx.ForEachRow(rows, []any{&table, &state}, func() error { states[table] = state; return nil })
		return err
	})
}

// readPage reads the next events. It reads few first and then as many as their size
// allows, and reports whether there may be more.
func readPage(ctx context.Context, tx pgx.Tx, r es.AccountRange, l limits) (events []es.Event, more bool, err error) {
	bytes := 0
	for len(events) < l.events && bytes < l.bytes {
		r.Limit = min(firstRead, l.events)
		if len(events) > 0 {
			average := bytes/len(events) + 1
			r.Limit = min(l.events-len(events), max(1, (l.bytes-bytes)/average))
		}
		read, err := es.ReadAccountTx(ctx, tx, r)
		if err != nil {
			return nil, false, err
		}
		for _, e := range read {
			bytes += len(e.Payload)
		}
		events = append(events, read...)
		if len(read) < r.Limit {
			return events, false, nil
		}
		r.After = read[len(read)-1].SequenceNumber
	}
	return events, true, nil
}
