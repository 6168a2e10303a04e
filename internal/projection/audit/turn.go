package audit

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// turn is what an auditor looks at next.
type turn struct {
	store   string
	account uuid.UUID
	table   string // a chained table; empty: those that follow from events
	plan    *projection.Plan
	pool    *pgxpool.Pool // role projector
}

// look looks at what has waited longest, and returns how many events and rows it read; none
// when there is nothing to look at, or another process does. last is when this auditor
// looked at the store before.
func (a *Auditor) look(ctx context.Context, store string, last time.Time) (read int64, err error) {
	watcher, err := a.Pools.Pool(ctx, store, pg.Watcher)
	if err != nil {
		return 0, err
	}
	t := turn{store: store}
	var seconds float64
	err = watcher.QueryRow(ctx, turnSQL).Scan(&t.account, &t.table, &seconds)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil // a store without events
	}
	if err != nil {
		return 0, err
	}
	if ago := a.Clock().Sub(last).Seconds(); seconds+1 < ago && seconds < a.span(lookEvents).Seconds() {
		return 0, nil // another auditor looked meanwhile, and will again
	}
	if t.pool, err = a.Pools.Pool(ctx, store, pg.Projector); err != nil {
		return 0, err
	}
	read, err = a.take(ctx, t)
	if err != nil {
		err = errors.Join(err, t.pass(ctx)) // else it would be the next one's turn for ever
	}
	return read, err
}

func (a *Auditor) take(ctx context.Context, t turn) (int64, error) {
	account, err := a.Accounts.Account(t.account)
	if fault.Is(err, fault.NotFound) || err == nil && (account.State == tenant.Erased || account.StoreID != t.store) {
		return 1, t.pass(ctx) // it is not known yet, or not here any more
	}
	if err != nil {
		return 0, err
	}
	if t.plan, err = a.planOf(ctx, account.Release); err != nil {
		return 0, err
	}
	report, err := t.look(ctx)
	if err != nil || report == nil {
		return 1, err
	}
	a.tell(t, report)
	if err := a.mend(ctx, t, report); err != nil {
		return 0, err
	}
	return report.Events + report.Rows + 1, nil
}

func (a *Auditor) planOf(ctx context.Context, digest string) (*projection.Plan, error) {
	if plan := a.plans[digest]; plan != nil {
		return plan, nil
	}
	release, err := a.Releases.Get(ctx, digest)
	if err != nil {
		return nil, err
	}
	a.plans[digest] = projection.NewPlan(release)
	return a.plans[digest], nil
}

// pass lets the others have their turn first.
func (t turn) pass(ctx context.Context) error {
	return pg.InAccount(ctx, t.pool, t.account, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, passSQL, t.account, t.table)
		return err
	})
}

// look returns nil when another auditor is at it, or there is nothing to look at any more.
func (t turn) look(ctx context.Context) (report *Report, err error) {
	chained := map[string]*projection.Target{}
	names, projections := []string{""}, []string{""}
	for _, u := range t.plan.Units() {
		for _, c := range u.Chain {
			chained[c.Table.Name] = c
			names, projections = append(names, c.Table.Name), append(projections, c.Projection.Name)
		}
	}
	err = pg.InSnapshot(ctx, t.pool, t.account, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, enterSQL, t.account, names, projections); err != nil {
			return err
		}
		if t.table != "" && chained[t.table] == nil {
			_, err := tx.Exec(ctx, leaveSQL, t.account, t.table)
			return err
		}
		var from *uuid.UUID
		err := tx.QueryRow(ctx, takeSQL, t.account, t.table).Scan(&from)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		report, err = t.lookFrom(ctx, tx, chained[t.table], from)
		return err
	})
	if pg.Code(err) == pgerrcode.SerializationFailure {
		return nil, nil // another auditor was faster
	}
	return report, err
}

func (t turn) lookFrom(ctx context.Context, tx pgx.Tx, chained *projection.Target, at *uuid.UUID) (*Report, error) {
	v, err := newView(ctx, tx, t.account)
	if err != nil {
		return nil, err
	}
	report := &Report{}
	c := &check{view: v, report: report}
	from := uuid.Nil
	if at != nil {
		from = *at
	}
	next := at
	switch {
	case !v.runsOn(t.plan):
		// its tables are not made live yet, or not any more: later
	case chained == nil:
		next, err = c.streams(ctx, v.liveUnits(t.plan), from, lookEvents)
	case v.isLive(chained):
		next, err = c.chained(ctx, chained, from, lookEvents) // else it is parked or built: later
	}
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, lookedSQL, t.account, t.table, next, report.Rows, report.Mismatches)
	return report, err
}

// runsOn reports whether the account's live tables are those of the plan's release.
func (v *view) runsOn(plan *projection.Plan) bool {
	return v.release == nil || *v.release == plan.Release().Digest()
}

// isLive reports whether the target's rows are kept up to date by the live page.
func (v *view) isLive(t *projection.Target) bool {
	_, root := v.own[t.Unit().Root.Table.Name]
	_, own := v.own[t.Table.Name]
	return !root && !own
}

func (v *view) liveUnits(plan *projection.Plan) (units []*projection.Unit) {
	for _, u := range plan.Units() {
		if v.isLive(u.Root) {
			units = append(units, u)
		}
	}
	return units
}

// maxTold is how many wrong rows of a look are told one by one.
const maxTold = 20

func (a *Auditor) tell(t turn, report *Report) {
	a.metrics.rows.WithLabelValues(t.store).Add(float64(report.Rows))
	a.metrics.events.WithLabelValues(t.store).Add(float64(report.Events))
	for i, d := range report.Differences {
		a.metrics.mismatches.WithLabelValues(t.store, d.Projection).Inc()
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
		if a.Mending.of(d.Projection) && !d.target.Unit().Root.Projection.Sync {
			wrong = append(wrong, d)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	mended, err := Repair{Projector: t.pool, Plan: t.plan, AccountID: t.account}.Differences(ctx, wrong)
	for _, d := range mended.Differences {
		a.metrics.repaired.WithLabelValues(t.store, d.Projection).Inc()
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
