package projection

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// Retry names a parked projection.
type Retry struct {
	AccountID  uuid.UUID
	Projection string         // its name in the release
	Release    *model.Release // the account's
	PageEvents int            // zero: 500
}

// RetryDeadLetter applies to a parked projection what it missed and joins it to the live
// cursor, whose number it returns. The pool's role is projector. NotFound: it is not
// parked. Rejected: an event still cannot be applied; the dead letter says which.
func RetryDeadLetter(ctx context.Context, projector *pgxpool.Pool, r Retry) (int64, error) {
	all := newPlan(r.Release)
	found := all.byName(r.Projection)
	if found == nil {
		return 0, fault.New(fault.NotFound, "The account's release has no projection %s", r.Projection)
	}
	// A plan of one projection; the page's code does the rest.
	one := &plan{release: r.Release, targets: []*target{found}, handlers: map[eventType][]int{}}
	c := catchUp{page: page{account: r.AccountID, plan: one, limits: limitsOf(r.PageEvents, 0)}, target: found}
	for {
		step, err := c.next(ctx, projector)
		if err != nil {
			return 0, pg.Fault(err)
		}
		if step.poison != nil {
			return 0, stillPoisoned(r.Projection, step.poison)
		}
		if step.joined {
			return step.at, nil
		}
	}
}

func stillPoisoned(projection string, p *poison) error {
	return fault.Reject(fault.Detail{
		Path: projection, Rule: "apply", Message: "Event " + p.event.PayloadItemName + " still cannot be applied: " + storable(p.err),
	})
}

// catchUp takes one parked projection to the live cursor, page by page.
type catchUp struct {
	page
	target *target
}

// step is what one page of a catch-up did.
type step struct {
	at     int64
	joined bool
	poison *poison
}

func (c catchUp) next(ctx context.Context, pool *pgxpool.Pool) (step, error) {
	done, err := c.run(ctx, pool, false)
	if isData(err) {
		c.careful = true
		done, err = c.run(ctx, pool, false)
	}
	if err != nil || done.poison != nil || !done.joined {
		return done, err
	}
	// It has reached the live cursor; the rest happens with the live page kept out.
	return c.run(ctx, pool, true)
}

func (c catchUp) run(ctx context.Context, pool *pgxpool.Pool, hold bool) (done step, err error) {
	err = pg.InAccount(ctx, pool, c.account, func(tx pgx.Tx) error {
		c.tx = tx
		done, err = c.apply(ctx, hold)
		return err
	})
	return done, err
}

// apply runs one page. With hold it keeps the live page out, runs what is still missing,
// and joins.
func (c catchUp) apply(ctx context.Context, hold bool) (step, error) {
	live, own, err := c.cursors(ctx, hold)
	if err != nil {
		return step{}, err
	}
	for own < live {
		done, err := c.applyPage(ctx, own, live)
		if err != nil || done.poison != nil || !hold {
			return done, err
		}
		own = done.at
	}
	if !hold {
		return step{at: own, joined: true}, nil
	}
	tag, err := c.tx.Exec(ctx, joinLiveSQL, c.account, c.target.table.Name, own)
	if err == nil {
		err = moved(tag)
	}
	return step{at: live, joined: true}, err
}

// cursors returns where the account and the projection stand. The live cursor is locked
// before the projection's, as the live page does it.
func (c catchUp) cursors(ctx context.Context, hold bool) (live, own int64, err error) {
	sql := liveCursorSQL
	if hold {
		sql = holdLiveSQL
	}
	if err := c.tx.QueryRow(ctx, sql, c.account).Scan(&live); err != nil {
		return 0, 0, c.missing(err)
	}
	err = c.tx.QueryRow(ctx, parkedCursorSQL, c.account, c.target.table.Name).Scan(&own)
	return live, own, c.missing(err)
}

func (c catchUp) missing(err error) error {
	return notParked(err, c.account, c.target.projection.Name)
}

func notParked(err error, account uuid.UUID, projection string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.NotFound, "Projection %s of account %s is not parked here", projection, account)
	}
	return err
}

func (c catchUp) applyPage(ctx context.Context, own, live int64) (step, error) {
	events, _, err := readPage(ctx, c.tx, es.AccountRange{AccountID: c.account, After: own, Until: live}, c.limits)
	if err != nil {
		return step{}, err
	}
	to := live
	if len(events) > 0 {
		to = events[len(events)-1].SequenceNumber
	}
	skipped, err := ReadSkipped(ctx, c.tx, c.account, c.target.table.Name)
	if err != nil {
		return step{}, err
	}
	changes := c.plan.distribute(skipped.Without(events), nil)
	if err := load(ctx, c.tx, c.account, changes); err != nil {
		return step{}, err
	}
	batch := &pgx.Batch{}
	for _, change := range changes {
		if err := c.writeOne(ctx, batch, change); err != nil {
			return step{}, err
		}
		if change.poison != nil {
			queuePark(batch, c.page, change)
			return step{poison: change.poison}, c.tx.SendBatch(ctx, batch).Close()
		}
	}
	batch.Queue(advanceParkedSQL, c.account, c.target.table.Name, own, to).Exec(moved)
	return step{at: to}, c.tx.SendBatch(ctx, batch).Close()
}
