package audit

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

// lookSize is how many events or rows a look of Verify is about.
const lookSize = 5000

// Verify compares all rows of the units, and of what they feed, look by look. The pool's role
// is projector. NotFound: the account is not on this store. Precondition: a unit's tables are
// being built.
func Verify(ctx context.Context, projector *pgxpool.Pool, account uuid.UUID, units ...*projection.Unit) (*Report, error) {
	return verify(ctx, projector, account, lookSize, units)
}

func verify(ctx context.Context, projector *pgxpool.Pool, account uuid.UUID, size int, units []*projection.Unit) (*Report, error) {
	report := &Report{Differences: []Difference{}}
	for _, u := range units {
		for _, t := range u.Targets() {
			err := fromFirstToLast(func(from uuid.UUID) (next *uuid.UUID, err error) {
				err = look(ctx, projector, account, report, func(c *check) error {
					next, err = c.verify(ctx, t, from, size)
					return err
				})
				return next, err
			})
			if err != nil {
				return report, err
			}
		}
	}
	return report, nil
}

func (c *check) verify(ctx context.Context, t *projection.Target, from uuid.UUID, size int) (*uuid.UUID, error) {
	if !c.whole(t) {
		return nil, fault.New(fault.Precondition, "Projection %s is being built", t.Projection.Name)
	}
	if t.Feeder() == nil {
		return c.streams(ctx, []*projection.Unit{t.Unit()}, from, int64(size))
	}
	return c.chained(ctx, t, from, size)
}

// fromFirstToLast runs looks over all keys.
func fromFirstToLast(look func(from uuid.UUID) (*uuid.UUID, error)) error {
	from := uuid.Nil
	for {
		next, err := look(from)
		if err != nil || next == nil {
			return err
		}
		from = *next
	}
}

// look runs do in a transaction that sees one state of the account.
func look(ctx context.Context, projector *pgxpool.Pool, account uuid.UUID, report *Report, do func(*check) error) error {
	return pg.Fault(pg.InSnapshot(ctx, projector, account, func(tx pgx.Tx) error {
		v, err := newView(ctx, tx, account)
		if err != nil {
			return err
		}
		return do(&check{view: v, report: report})
	}))
}
