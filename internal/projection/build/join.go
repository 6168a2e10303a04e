package build

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/projection"
)

// catchUp applies to the built unit what came meanwhile. An event that it cannot take parks
// a unit that is new for the account, like any other.
func (b *build) catchUp(ctx context.Context, u *unit) error {
	if err := b.gate.wait(ctx, phaseCatchUp, u); err != nil {
		return err
	}
	began := b.Clock()
	if b.job.Ahead != nil { // nothing came that it could catch up with
		if u.at = u.until; u.at < b.job.Ahead.Until {
			return fault.New(fault.Rejected, "Event %d cannot be applied", u.at+1)
		}
		return b.move(ctx, b.Builder, u, phaseProve)
	}
	at, err := b.catchingUp(u, func(context.Context, pgx.Tx, int64) error { return nil }).Run(ctx, b.Builder)
	u.result.Timing.CatchUp += b.Clock().Sub(began).Seconds()
	if fault.Is(err, fault.Rejected) && !u.shadow {
		return b.park(ctx, u, err)
	}
	if err != nil {
		return err
	}
	u.at = at
	return b.move(ctx, b.Builder, u, phaseProve)
}

func (b *build) catchingUp(u *unit, join func(context.Context, pgx.Tx, int64) error) projection.CatchUp {
	return projection.CatchUp{AccountID: b.job.AccountID, Plan: b.plan, Unit: u.filled, PageEvents: b.PageEvents, Join: join,
		Paged: func(ctx context.Context) error { return b.gate.step(ctx, u) }}
}

// park ends the build of a unit that now has a dead letter; a retry of that makes it live.
func (b *build) park(ctx context.Context, u *unit, cause error) error {
	u.phase, u.result.Error = phaseFailed, cause.Error()
	_, err := b.Builder.Exec(ctx, dropSQL, b.job.AccountID, u.table())
	return err
}

// proveAndJoin makes the unit live when its rows are what they should be.
func (b *build) proveAndJoin(ctx context.Context, u *unit) error {
	if err := b.gate.wait(ctx, phaseProve, u); err != nil {
		return err
	}
	began := b.Clock()
	found, err := b.prove(ctx, u)
	u.result.Timing.Prove += b.Clock().Sub(began).Seconds()
	if err != nil {
		return err
	}
	u.proven = 1
	if b.job.Ahead != nil {
		u.result.Ready, u.result.SequenceNumber, u.result.Rows, u.result.Digest = true, u.at, found.rows, found.digested()
		return nil
	}
	began = b.Clock()
	at, err := b.catchingUp(u, func(ctx context.Context, tx pgx.Tx, _ int64) error { return b.join(ctx, tx, u) }).Run(ctx, b.Builder)
	u.result.Timing.Join += b.Clock().Sub(began).Seconds()
	if fault.Is(err, fault.Rejected) && !u.shadow {
		return b.park(ctx, u, err)
	}
	if err != nil {
		return err
	}
	u.result.Live, u.result.SequenceNumber, u.result.Rows, u.result.Digest = true, at, found.rows, found.digested()
	u.result.Seeded = u.seed != nil
	return b.clear(ctx, u)
}

// join makes the built rows live within a transaction that holds the account's claim, with
// the unit where the live cursor is.
func (b *build) join(ctx context.Context, tx pgx.Tx, u *unit) (err error) {
	tables := u.filled.Tables()
	if u.shadow {
		if u.result.Replaced, err = b.plan.Replace(ctx, tx, b.job.AccountID, u.live, u.filled); err != nil {
			return err
		}
		tables = tablesOf(u.live, u.filled)
	}
	_, err = tx.Exec(ctx, joinSQL, b.job.AccountID, tables, []string{u.table()})
	return err
}

// clear gives the room of a shadow back. Should it not come to that, the next build does it.
func (b *build) clear(ctx context.Context, u *unit) error {
	if !u.shadow {
		return nil
	}
	return b.inTx(ctx, func(tx pgx.Tx) error {
		for _, t := range u.filled.Targets() {
			if err := b.whole().clear(ctx, tx, t); err != nil {
				return err
			}
		}
		return nil
	})
}
