package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// write writes the rows of the pass and the mark that they are, in one transaction. A unit
// whose table does not take them is left out.
func (p *pass) write(ctx context.Context) error {
	for {
		var guilty *unit
		written := map[*unit]int64{}
		err := p.inTx(ctx, func(tx pgx.Tx) (err error) {
			clear(written)
			for _, f := range p.foldings {
				if guilty, err = p.writeFolding(ctx, tx, f, written); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			p.written(written)
			return nil
		}
		switch {
		case guilty == nil:
			return err
		case guilty.seed != nil && (isToBlame(err) || errors.Is(err, errSeedGone)):
			p.withoutSeed(guilty)
		case isToBlame(err):
			guilty.unable = err
		default:
			return err
		}
	}
}

// writes reports whether the pass writes rows of the unit.
func (p *pass) writes(u *unit) bool { return u.refusedAt == 0 && u.unable == nil && !p.left[u] }

// isToBlame reports whether the error is about a unit's rows, not about the work.
func isToBlame(err error) bool {
	return projection.IsData(err) || errors.As(err, new(*rowError))
}

// rowError says that a row cannot be made or written.
type rowError struct{ cause error }

func (e *rowError) Error() string { return e.cause.Error() }
func (e *rowError) Unwrap() error { return e.cause }

func (p *pass) written(rows map[*unit]int64) {
	for _, u := range p.units {
		if !p.writes(u) {
			continue
		}
		u.rows += rows[u]
		p.gate.progress.Rows += rows[u]
		if p.before != nil {
			u.from = *p.before
			continue
		}
		u.phase = u.afterFold()
	}
}

func (u *unit) afterFold() string {
	if len(u.filled.Chain) > 0 {
		return phaseChain
	}
	return phaseCatchUp
}

// writeFolding returns the unit that is to blame for the error.
func (p *pass) writeFolding(ctx context.Context, tx pgx.Tx, f *folding, written map[*unit]int64) (*unit, error) {
	keys := slices.SortedFunc(maps.Keys(f.states), compareIDs)
	for i, u := range f.units {
		if !p.writes(u) {
			continue
		}
		made := func(_ context.Context, put putting) error {
			return eachChunk(keys, chunkRows, func(keys []uuid.UUID) error {
				return put(makeEach(keys, func(key uuid.UUID) (*model.Row, int64, error) { return f.folder.Row(i, f.states[key]) }))
			})
		}
		if f.seed != nil {
			made = (&seeding{pass: p, unit: u, folding: f, keys: keys}).rows
		}
		n, err := p.writeUnit(ctx, tx, u, made)
		if err != nil {
			return u, fmt.Errorf("%s: %w", u.name(), err)
		}
		written[u] = n
	}
	return nil, nil
}

// writeUnit replaces what an attempt that was cut off may have left in the range of keys.
func (p *pass) writeUnit(ctx context.Context, tx pgx.Tx, u *unit, rows producing) (int64, error) {
	root := u.filled.Root
	if err := p.claimRange(ctx, tx, u); err != nil {
		return 0, err
	}
	if err := p.span().clear(ctx, tx, root); err != nil {
		return 0, err
	}
	n, err := (&copying{account: p.job.AccountID, target: root, tx: tx}).write(ctx, rows)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, advanceSQL, p.job.AccountID, u.table(), start(p.from), p.before, n); err != nil {
		return 0, err
	}
	if p.before != nil {
		return n, nil
	}
	if err := root.FollowLater(ctx, tx, p.job.AccountID, p.incomplete(u)); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, foldedSQL, p.job.AccountID, u.filled.Tables(), u.until); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, moveSQL, p.job.AccountID, u.table(), u.afterFold())
	return n, err
}

// incomplete tells which units had not all of their rows when those of u were written:
// itself, and those that are folded along with it or after it. Waves put helpers first, but
// helpers can copy from themselves and from each other.
func (p *pass) incomplete(u *unit) func(*projection.Unit) bool {
	return func(live *projection.Unit) bool {
		return slices.ContainsFunc(p.build.units, func(other *unit) bool {
			return other.live == live && !other.shadow && (other == u || other.phase == phaseFold)
		})
	}
}

// claimRange keeps a second builder out of the range to the end of the transaction.
func (p *pass) claimRange(ctx context.Context, tx pgx.Tx, u *unit) error {
	tag, err := tx.Exec(ctx, advanceSQL, p.job.AccountID, u.table(), start(p.from), start(p.from), 0)
	if err == nil && tag.RowsAffected() != 1 {
		err = fault.New(fault.Conflict, "Another build works on projection %s of account %s", u.name(), p.job.AccountID)
	}
	return err
}

// start is the first key as store.builds has it.
func start(from uuid.UUID) *uuid.UUID {
	if from == uuid.Nil {
		return nil
	}
	return &from
}
