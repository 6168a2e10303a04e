package projection

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// Gathering takes units that are being built, and stand at one number, to the live cursor in one
// transaction: what that costs hardly depends on how many they are. It does all of it or nothing.
type Gathering struct {
	AccountID uuid.UUID
	Plan      *Plan
	Units     []*Unit // of the plan's release; appends write none of them
	From      int64   // where they stand
	Most      int     // events that are applied

	// Begun runs when the account is claimed, and says of which types there are events between From
	// and the live cursor that the units have to take.
	Begun func(ctx context.Context, tx pgx.Tx, live int64) ([]string, error)
	// Done runs at the end, with the units at the live cursor; nil: there is nothing more to do.
	Done func(ctx context.Context, tx pgx.Tx, live int64) error
}

// ErrApart says that units cannot go together: they do not stand where they should, or there is
// too much to apply to them.
var ErrApart = errors.New("the units cannot go together")

// Run returns the number at which the units stand then, and how many events it has read. The pool's role is builder. Errors:
// ErrApart, NotFound (the account is not here), Rejected (a unit cannot take an event), and what IsData reports.
func (g Gathering) Run(ctx context.Context, builder *pgxpool.Pool) (at int64, read int, err error) {
	err = pg.InAccount(ctx, builder, g.AccountID, func(tx pgx.Tx) error {
		at, read, err = g.run(ctx, page{tx: tx, account: g.AccountID, plan: g.Plan})
		return err
	})
	return at, read, err
}

func (g Gathering) run(ctx context.Context, p page) (at int64, read int, err error) {
	held, err := p.claim(ctx, holdLiveSQL)
	if err == nil && !held.claimed {
		err = fault.New(fault.NotFound, "Account %s is not on this store", g.AccountID)
	}
	if err != nil {
		return 0, 0, err
	}
	tables := g.tables()
	own, err := p.tx.Exec(ctx, ownCursorsSQL, g.AccountID, tables, g.From)
	if err == nil && (int(own.RowsAffected()) != len(tables) || held.at < g.From || slices.ContainsFunc(tables, held.isNotBuilding)) {
		err = ErrApart
	}
	if err != nil {
		return 0, 0, err
	}
	types, err := g.Begun(ctx, p.tx, held.at)
	if err == nil && held.at > g.From {
		read, err = g.apply(ctx, p, held, types)
	}
	if err == nil && g.Done != nil {
		err = g.Done(ctx, p.tx, held.at)
	}
	return held.at, read, err
}

// apply writes what the events of the types come to.
func (g Gathering) apply(ctx context.Context, p page, held claim, types []string) (read int, err error) {
	var events []es.Event
	if len(types) > 0 { // none would be all
		events, err = es.ReadAccountTx(ctx, p.tx, es.AccountRange{AccountID: g.AccountID, After: g.From, Until: held.at, Types: types, Limit: g.Most + 1})
		if err == nil && len(events) > g.Most {
			err = ErrApart
		}
		if err != nil {
			return 0, err
		}
	}
	ours := make(map[*Unit]bool, len(g.Units))
	for _, u := range g.Units {
		ours[u] = true
	}
	w := newWriter(p, held.notLive)
	parked, err := p.write(ctx, w, g.Plan.distribute(events, func(u *Unit) bool { return !ours[u] }))
	if err != nil || len(parked) > 0 {
		return 0, cannot(parked, err)
	}
	tables := g.tables()
	w.batch.Queue(advanceOwnSQL, g.AccountID, tables, g.From, held.at).Exec(func(tag pgconn.CommandTag) error {
		if int(tag.RowsAffected()) != len(tables) {
			return errLost
		}
		return nil
	})
	return len(events), w.flush(ctx)
}

func (c claim) isNotBuilding(table string) bool { return c.notLive[table] != building }

func (g Gathering) tables() (names []string) {
	for _, u := range g.Units {
		names = append(names, u.Tables()...)
	}
	return names
}
