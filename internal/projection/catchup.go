package projection

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// CatchUp takes a unit that has a cursor of its own, because it was parked or built, to the
// live cursor and joins it. Each page is a transaction of its own under the account's claim,
// as the live page is, so the two take turns.
type CatchUp struct {
	AccountID  uuid.UUID
	Plan       *Plan
	Unit       *Unit
	PageEvents int // zero: 500
	// Join runs under the claim when the unit stands where the live cursor does; nil makes
	// the unit's tables live.
	Join func(ctx context.Context, tx pgx.Tx, at int64) error
	// Paged is called between pages; its error ends the catch-up. Nil: nothing is.
	Paged func(ctx context.Context) error
}

// Run returns the number at which the unit joined. The pool's role is projector, or builder.
// Errors: NotFound (it has no cursor of its own), Rejected (an event cannot be applied).
func (c CatchUp) Run(ctx context.Context, pool *pgxpool.Pool) (int64, error) {
	r := catchUp{CatchUp: c, page: page{account: c.AccountID, plan: c.Plan, limits: limitsOf(c.PageEvents, 0)}}
	return r.toLive(ctx, pool)
}

// Retry names a parked projection.
type Retry struct {
	AccountID  uuid.UUID
	Projection string           // its name in the release; the root of its unit is what is parked
	Release    *model.Release   // the account's
	Beside     []*model.Release // others that it has tables of
	PageEvents int              // zero: 500
}

// RetryDeadLetter applies to a parked projection what it missed and joins it to the live
// cursor, whose number it returns. The pool's role is projector. NotFound: it is not
// parked. Rejected: an event still cannot be applied; the dead letter says which.
func RetryDeadLetter(ctx context.Context, projector *pgxpool.Pool, r Retry) (int64, error) {
	plan := NewPlan(r.Release, r.Beside...)
	found := plan.Target(r.Projection)
	if found == nil {
		return 0, fault.New(fault.NotFound, "The account's release has no projection %s", r.Projection)
	}
	c := catchUp{CatchUp: CatchUp{Unit: found.unit}, retry: true,
		page: page{account: r.AccountID, plan: plan, limits: limitsOf(r.PageEvents, 0)}}
	return c.toLive(ctx, projector)
}

func stillPoisoned(projection string, p *poison) error {
	return fault.Reject(fault.Detail{
		Path: projection, Rule: "apply", Message: "Event " + p.event.PayloadItemName + " still cannot be applied: " + storable(p.err),
	})
}

// catchUp is a CatchUp under way.
type catchUp struct {
	CatchUp
	page
	retry bool // of a parked unit: an event that fails is buried again
}

// step is what one page of a catch-up did.
type step struct {
	at     int64
	read   int
	joined bool
	poison *poison
}

func (c catchUp) toLive(ctx context.Context, pool *pgxpool.Pool) (int64, error) {
	for {
		done, err := c.next(ctx, pool)
		switch {
		case err != nil:
			return 0, pg.Fault(err)
		case done.poison != nil:
			return 0, stillPoisoned(c.Unit.Root.Projection.Name, done.poison)
		case done.joined:
			return done.at, nil
		}
		if c.Paged != nil {
			if err := c.Paged(ctx); err != nil {
				return 0, err
			}
		}
	}
}

// next runs one page, halved until it can be written, as the live page is.
func (c catchUp) next(ctx context.Context, pool *pgxpool.Pool) (done step, err error) {
	for {
		err = pg.InAccount(ctx, pool, c.account, func(tx pgx.Tx) error {
			c.tx = tx
			done, err = c.apply(ctx)
			return err
		})
		if !isData(err) || c.careful {
			return done, err
		}
		c.page = c.smaller(done.read)
	}
}

// apply runs one page, and joins when it was the last.
func (c catchUp) apply(ctx context.Context) (step, error) {
	held, own, err := c.cursors(ctx)
	if err != nil {
		return step{}, err
	}
	done := step{at: own}
	if own < held.at {
		if done, err = c.applyPage(ctx, held, own); err != nil || done.poison != nil || done.at < held.at {
			return done, err
		}
	}
	done.joined = true
	if c.Join != nil {
		return done, c.Join(ctx, c.tx, done.at)
	}
	tag, err := c.tx.Exec(ctx, joinLiveSQL, c.account, c.Unit.Tables(), done.at)
	if err == nil && tag.RowsAffected() == 0 {
		err = errLost
	}
	return done, err
}

// cursors takes the claim and returns where the account and the unit stand. The live cursor
// is locked before the unit's, as the live page does it.
func (c catchUp) cursors(ctx context.Context) (held claim, own int64, err error) {
	held, err = c.hold(ctx)
	if err != nil {
		return held, 0, err
	}
	var state string
	err = c.tx.QueryRow(ctx, ownCursorSQL, c.account, c.Unit.Root.Table.Name).Scan(&own, &state)
	if !held.claimed || err == nil && c.retry && state != parked {
		err = pgx.ErrNoRows
	}
	return held, own, notParked(err, c.account, c.Unit.Root.Projection.Name)
}

// hold keeps whoever else writes the unit's rows out to the end of the transaction: the live page, and the
// appends where they write them; the unit then catches up with the account's last event. The head is locked
// before the live cursor, as with whoever takes both.
func (c catchUp) hold(ctx context.Context) (held claim, err error) {
	var on *string
	head := int64(-1)
	if c.Unit.Root.Projection.Sync {
		if err := c.tx.QueryRow(ctx, runsOnSQL, c.account).Scan(&on, nil); err != nil {
			return held, gone(err)
		}
	}
	if c.plan.Appended(c.Unit, on) {
		if err := c.tx.QueryRow(ctx, holdHeadSQL, c.account).Scan(&head); err != nil {
			return held, gone(err)
		}
	}
	held, err = c.claim(ctx, holdLiveSQL)
	if err != nil || !held.claimed || !c.plan.Appended(c.Unit, held.release) {
		return held, err
	}
	if head < 0 {
		return held, fault.New(fault.Conflict, "The account changed its release at this moment; try again")
	}
	held.at = head
	return held, nil
}

// gone leaves it to the claim to find that the account is not here.
func gone(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

func notParked(err error, account uuid.UUID, projection string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.NotFound, "Projection %s of account %s is not parked here", projection, account)
	}
	return err
}

func (c catchUp) applyPage(ctx context.Context, held claim, own int64) (step, error) {
	done := step{at: held.at}
	events, more, err := readPage(ctx, c.tx, es.AccountRange{AccountID: c.account, After: own, Until: held.at,
		Types: c.Unit.Root.Projection.StoredEvents()}, c.limits)
	if err != nil {
		return done, err
	}
	if done.read = len(events); more {
		done.at = events[len(events)-1].SequenceNumber
	}
	skipped, err := ReadSkipped(ctx, c.tx, c.account, c.Unit.Root.Projection.Table)
	if err != nil {
		return done, err
	}
	w := newWriter(c.page, held.notLive)
	all := []*change{c.Unit.change(skipped.Without(events))}
	if _, err := c.write(ctx, w, all); err != nil {
		return done, err
	}
	if done.poison = all[0].poison; done.poison != nil {
		return done, w.flush(ctx)
	}
	w.batch.Queue(advanceOwnSQL, c.account, c.Unit.Tables(), own, done.at).Exec(func(tag pgconn.CommandTag) error {
		if int(tag.RowsAffected()) != held.owning(c.Unit) {
			return errLost
		}
		return nil
	})
	return done, w.flush(ctx)
}

// owning is how many of the unit's tables have a cursor of their own.
func (c claim) owning(u *Unit) int {
	n := 0
	for _, table := range u.Tables() {
		if c.notLive[table] != "" {
			n++
		}
	}
	return n
}
