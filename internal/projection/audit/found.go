package audit

import (
	"context"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/pg"
)

// lookAgain looks at the rows that differ in another snapshot: what is right there was not
// worth telling. It returns nil when another auditor has looked in between.
func (t turn) lookAgain(ctx context.Context, first *glance) (*Report, error) {
	report := &Report{}
	ours := false
	err := pg.InSnapshot(ctx, t.pool, t.account, func(tx pgx.Tx) error {
		v, err := newView(ctx, tx, t.account)
		if err != nil {
			return err
		}
		c := &check{view: v, report: report}
		for target, samples := range subjectsOf(first.Differences) {
			if !v.runsOn(t.plan) || !v.isLive(target) {
				continue
			}
			if _, err := c.rows(ctx, target, samples); err != nil {
				return err
			}
		}
		tag, err := tx.Exec(ctx, foundSQL, t.account, t.table, first.next, report.Mismatches, first.at)
		ours = tag.RowsAffected() > 0
		return err
	})
	if pg.Code(err) == pgerrcode.SerializationFailure || err == nil && !ours {
		return nil, nil // another auditor was faster
	}
	return report, err
}

func subjectsOf(differences []Difference) subjects {
	of := subjects{}
	for _, d := range differences {
		of.add(d.target, d.Key, d.sample)
	}
	return of
}

// maxTold is how many wrong rows of a look are told one by one.
const maxTold = 20

func (a *Auditor) tell(t turn, report *Report) {
	for i, d := range report.Differences {
		a.metrics.mismatches.WithLabelValues(t.store).Inc()
		if i < maxTold {
			a.Log.Error("row is not what the events say", zap.Stringer("account", t.account), zap.String("projection", d.Projection),
				zap.Stringer("key", d.Key), zap.String("is", string(d.Kind)), zap.Strings("columns", d.Columns))
		}
	}
	if report.Mismatches > maxTold {
		a.Log.Error("more rows are not what the events say", zap.Stringer("account", t.account), zap.Int64("rows", report.Mismatches-maxTold))
	}
}

// mend mends the rows of the projections that may be mended without being asked for.
func (a *Auditor) mend(ctx context.Context, t turn, report *Report) error {
	var wrong []Difference
	for _, d := range report.Differences {
		if a.Mending.of(d.Projection) && d.Kind != Unfoldable {
			wrong = append(wrong, d)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	mended, err := Repair{Projector: t.pool, Plan: t.plan, AccountID: t.account}.Differences(ctx, wrong)
	for _, d := range mended.Differences {
		a.metrics.repaired.WithLabelValues(t.store).Inc()
		a.Log.Info("row mended", zap.Stringer("account", t.account), zap.String("projection", d.Projection), zap.Stringer("key", d.Key))
	}
	if err != nil || mended.Mismatches == 0 {
		return err
	}
	return pg.InAccount(ctx, t.pool, t.account, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, mendedSQL, t.account, t.table, mended.Mismatches)
		return err
	})
}
