package build

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// chain fills the tables that the unit's root feeds, each from the one that feeds it.
func (b *build) chain(ctx context.Context, u *unit) error {
	if err := b.gate.wait(ctx, phaseChain, u); err != nil {
		return err
	}
	began := b.Clock()
	for _, t := range u.filled.Chain {
		var n int64
		err := b.inTx(ctx, func(tx pgx.Tx) (err error) {
			if err := b.whole().clear(ctx, tx, t); err != nil {
				return err
			}
			n, err = b.fillChained(ctx, tx, u, t)
			return err
		})
		if err != nil {
			return err
		}
		u.rows += n
		b.gate.progress.Rows += n
	}
	u.result.Timing.Write += b.Clock().Sub(began).Seconds()
	return b.move(ctx, b.Builder, u, phaseCatchUp)
}

// fillChained writes the target's rows while it reads its feeder's over another connection.
func (b *build) fillChained(ctx context.Context, tx pgx.Tx, u *unit, t *projection.Target) (total int64, err error) {
	c := &copying{account: b.job.AccountID, target: t, tx: tx}
	var rows []made
	flush := func() error {
		n, err := c.send(ctx, rows)
		total, rows = total+n, rows[:0]
		return err
	}
	err = b.derived(ctx, t, func(row *model.Row) error {
		if rows = append(rows, made{row: row}); len(rows) < resolveRows {
			return nil
		}
		if err := b.gate.step(ctx, u); err != nil {
			return err
		}
		return flush()
	})
	if err == nil && len(rows) > 0 {
		err = flush()
	}
	return total, err
}

// derived hands the rows that follow from the feeder's to do: those of a group when all its
// members have come, since they come together.
func (b *build) derived(ctx context.Context, t *projection.Target, do func(*model.Row) error) error {
	r := b.whole()
	if !t.Projection.Grouped {
		return r.scan(ctx, b.Builder, t.Feeder(), func(feeder *model.Row) error {
			rows, err := t.Projection.Derive(feeder)
			if err != nil {
				return &rowError{err}
			}
			for _, row := range rows {
				if err := do(row); err != nil {
					return err
				}
			}
			return nil
		})
	}
	r.order = groupOrder(t)
	var group *model.Group
	var open uuid.UUID
	end := func() error {
		if group == nil {
			return nil
		}
		return do(group.Row())
	}
	err := r.scan(ctx, b.Builder, t.Feeder(), func(feeder *model.Row) error {
		key, counts := t.Projection.Member(feeder)
		if !counts {
			return nil
		}
		if group == nil || key != open {
			if err := end(); err != nil {
				return err
			}
			open = key
			group, _ = t.Projection.OpenGroup(key, nil)
		}
		if err := group.Add(feeder); err != nil {
			return &rowError{err}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return end()
}

// groupOrder orders the feeder's rows so that those of a group stand together.
func groupOrder(t *projection.Target) string {
	var order []string
	for _, column := range t.GroupColumns() {
		order = append(order, projection.Quote(column.SQL))
		if column.Currency != "" {
			order = append(order, projection.Quote(column.Currency))
		}
	}
	return strings.Join(append(order, "key"), ", ")
}
