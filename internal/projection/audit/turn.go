package audit

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// glance is what a first look came to.
type glance struct {
	Report
	next  *uuid.UUID // where the look after it begins
	at    time.Time
	asked int64 // tables, for rows
}

// turn is what an auditor looks at next.
type turn struct {
	store   string
	account uuid.UUID
	table   string    // a chained table; empty: those that follow from events
	looked  time.Time // last
	runsOn  []*string // digests of the releases that it has tables of; nil ones are none
	plan    *projection.Plan
	pool    *pgxpool.Pool // role projector
}

// answerTime is how many seconds an answer may be under way: who has looked himself does not
// take that for the look of another.
const answerTime = 0.1

// look looks at what has waited longest, and returns how many events and rows it read; none
// when there is nothing to look at, or another process does. last is when this auditor
// looked at the store before.
func (a *Auditor) look(ctx context.Context, store string, last time.Time) (read int64, err error) {
	watcher, err := a.Pools.Pool(ctx, store, pg.Watcher)
	if err != nil {
		return 0, err
	}
	t := turn{store: store, runsOn: make([]*string, 2)}
	var seconds float64
	err = watcher.QueryRow(ctx, turnSQL).Scan(&t.account, &t.table, &t.looked, &t.runsOn[0], &t.runsOn[1], &seconds)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil // a store without events
	}
	if err != nil {
		return 0, err
	}
	if ago := a.Clock().Sub(last).Seconds(); seconds+answerTime < ago && seconds < a.span(lookEvents).Seconds() {
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
	if t.plan, err = a.planOf(ctx, account.Release, t.runsOn); err != nil {
		return 0, err
	}
	first, err := t.look(ctx)
	if err != nil || first == nil {
		return 1, err
	}
	a.metrics.rows.WithLabelValues(t.store).Add(float64(first.Rows))
	a.metrics.events.WithLabelValues(t.store).Add(float64(first.Events))
	read := first.Events + first.Rows + tableCost*first.asked + 1
	if first.Mismatches == 0 {
		return read, nil
	}
	second, err := t.lookAgain(ctx, first)
	if err != nil || second == nil {
		return read, err
	}
	a.tell(t, second)
	return read + second.Events + second.Rows, a.mend(ctx, t, second)
}

// planOf is the plan of the releases that the store names; the catalog's where it names none.
func (a *Auditor) planOf(ctx context.Context, release string, runsOn []*string) (*projection.Plan, error) {
	var digests []string
	for _, digest := range runsOn {
		if digest != nil {
			digests = append(digests, *digest)
		}
	}
	if len(digests) == 0 {
		digests = []string{release}
	}
	var all []*model.Release
	for _, digest := range digests {
		loaded, err := a.Releases.Get(ctx, digest)
		if err != nil {
			return nil, err
		}
		all = append(all, loaded)
	}
	return a.plans.Of(all[0], all[1:]...), nil
}

// pass lets the others have their turn first.
func (t turn) pass(ctx context.Context) error {
	return pg.InAccount(ctx, t.pool, t.account, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, passSQL, t.account, t.table)
		return err
	})
}

// look returns nil when another auditor is at it, or there is nothing to look at any more.
func (t turn) look(ctx context.Context) (found *glance, err error) {
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
		err := tx.QueryRow(ctx, takeSQL, t.account, t.table, t.looked).Scan(&from)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found, err = t.lookFrom(ctx, tx, chained[t.table], from)
		return err
	})
	if pg.Code(err) == pgerrcode.SerializationFailure {
		return nil, nil // another auditor was faster
	}
	return found, err
}

func (t turn) lookFrom(ctx context.Context, tx pgx.Tx, chained *projection.Target, at *uuid.UUID) (*glance, error) {
	v, err := newView(ctx, tx, t.account)
	if err != nil {
		return nil, err
	}
	found := &glance{next: at}
	c := &check{view: v, report: &found.Report}
	from := uuid.Nil
	if at != nil {
		from = *at
	}
	switch {
	case !v.runsOn(t.plan):
		// its tables are not made live yet, or not any more: later
	case chained == nil:
		found.next, err = c.streams(ctx, v.liveUnits(t.plan), from, lookEvents)
	case v.isLive(chained):
		found.next, err = c.chained(ctx, chained, from, lookEvents) // else it is parked or built: later
	}
	if err != nil {
		return nil, err
	}
	next := found.next
	found.asked = v.asked
	if found.Mismatches > 0 {
		next = at // cut off before the second look, the rows are looked at once more
	}
	return found, tx.QueryRow(ctx, lookedSQL, t.account, t.table, next, found.Rows).Scan(&found.at)
}

// runsOn reports whether the account's live tables are those of the plan's release. While it
// changes to that release, those that are missing yet are entered as being built.
func (v *view) runsOn(plan *projection.Plan) bool {
	digest := plan.Release().Digest()
	return v.release == nil || *v.release == digest || v.next != nil && *v.next == digest
}

// isLive reports whether the target's rows are kept up to date by the live page: they are not
// parked, being built, or written by appends.
func (v *view) isLive(t *projection.Target) bool {
	_, root := v.own[t.Unit().Root.Table.Name]
	_, own := v.own[t.Table.Name]
	return !root && !own && !t.Unit().Root.Projection.Sync
}

func (v *view) liveUnits(plan *projection.Plan) (units []*projection.Unit) {
	for _, u := range plan.Units() {
		if v.isLive(u.Root) {
			units = append(units, u)
		}
	}
	return units
}
