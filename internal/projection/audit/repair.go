package audit

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

// Repair says where to mend. The pool's role is projector.
type Repair struct {
	Projector *pgxpool.Pool
	Plan      *projection.Plan // of the account's release
	AccountID uuid.UUID
}

// subjects are the keys to look at of each target of a unit. The samples may be nil.
type subjects map[*projection.Target]map[uuid.UUID]*model.Row

func (s subjects) add(t *projection.Target, key uuid.UUID, sample *model.Row) {
	if s[t] == nil {
		s[t] = map[uuid.UUID]*model.Row{}
	}
	s[t][key] = sample
}

// Keys looks at these rows of the target, and at those that follow from the ones that are
// wrong, and writes what they have to be. The report tells what was wrong. Errors: NotFound
// (the account is not on this store), Precondition (the tables are being built, or are
// written by appends).
func (r Repair) Keys(ctx context.Context, t *projection.Target, keys []uuid.UUID) (*Report, error) {
	of := subjects{}
	for _, key := range keys {
		of.add(t, key, nil)
	}
	report := &Report{Differences: []Difference{}}
	return report, r.unit(ctx, t.Unit(), of, report)
}

// Differences is Keys for the rows that looks found to differ. Each unit is a transaction of
// its own. What others copy is mended first, so that a copy is not taken for wrong because
// its source is.
func (r Repair) Differences(ctx context.Context, differences []Difference) (*Report, error) {
	report := &Report{Differences: []Difference{}}
	byUnit := map[*projection.Unit]subjects{}
	for _, d := range differences {
		u := d.target.Unit()
		if byUnit[u] == nil {
			byUnit[u] = subjects{}
		}
		byUnit[u].add(d.target, d.Key, d.sample)
	}
	for _, u := range helpersFirst(r.Plan.Units()) {
		if byUnit[u] == nil {
			continue
		}
		if err := r.unit(ctx, u, byUnit[u], report); err != nil {
			return report, err
		}
	}
	return report, nil
}

// helpersFirst orders units so that those that others copy from come before them.
func helpersFirst(units []*projection.Unit) []*projection.Unit {
	var ordered []*projection.Unit
	seen := map[*projection.Unit]bool{}
	var visit func(u *projection.Unit)
	visit = func(u *projection.Unit) {
		if seen[u] {
			return
		}
		seen[u] = true
		for _, t := range u.Targets() {
			for _, helper := range t.Helpers() {
				visit(helper.Unit())
			}
		}
		ordered = append(ordered, u)
	}
	for _, u := range units {
		visit(u)
	}
	return ordered
}

func (r Repair) unit(ctx context.Context, u *projection.Unit, of subjects, report *Report) error {
	return pg.Fault(pg.InAccount(ctx, r.Projector, r.AccountID, func(tx pgx.Tx) error {
		held, claimed, err := r.Plan.Hold(ctx, tx, r.AccountID)
		if err != nil {
			return err
		}
		if !claimed {
			return fault.New(fault.NotFound, "Account %s is not on this store", r.AccountID)
		}
		v, err := newView(ctx, tx, r.AccountID)
		if err != nil {
			return err
		}
		m := &mending{check: &check{view: v, report: report}, held: held, unit: u, subjects: of}
		return m.run(ctx)
	}))
}

// mending mends rows of one unit under the account's claim.
type mending struct {
	*check
	held     projection.Held
	unit     *projection.Unit
	subjects subjects
}

func (m *mending) run(ctx context.Context) error {
	root := m.unit.Root
	if root.Projection.Sync {
		return fault.New(fault.Precondition, "Projection %s is written by appends, which the claim does not keep out", root.Projection.Name)
	}
	if _, whole := m.stands(m.unit); !whole {
		return fault.New(fault.Precondition, "Projection %s is being built", root.Projection.Name)
	}
	for _, t := range m.unit.Targets() {
		if len(m.subjects[t]) == 0 || !m.whole(t) {
			continue
		}
		differing, err := m.rows(ctx, t, m.subjects[t])
		if err != nil {
			return err
		}
		if err := m.correct(ctx, t, differing); err != nil {
			return err
		}
		m.follow(t, differing)
	}
	return nil
}

func (m *mending) correct(ctx context.Context, t *projection.Target, differing map[uuid.UUID]*pair) error {
	var corrections []projection.Correction
	for _, key := range keysOf(differing) {
		p := differing[key]
		if p.want.failure != nil {
			continue
		}
		corrections = append(corrections, projection.Correction{Key: key, Before: p.have.Row, Row: p.want.row, Sequence: p.want.sequence})
	}
	return m.held.Correct(ctx, t, corrections)
}

// follow makes subjects of the rows that the wrong and the right rows lead to.
func (m *mending) follow(t *projection.Target, differing map[uuid.UUID]*pair) {
	for _, fed := range m.unit.Chain {
		if fed.Feeder() != t {
			continue
		}
		if m.subjects[fed] == nil {
			m.subjects[fed] = map[uuid.UUID]*model.Row{}
		}
		for _, p := range differing {
			for _, row := range []*model.Row{p.have.Row, p.want.row} {
				// What a wrong row leads to may make no sense; then nothing was derived from it.
				_ = lead(fed, row, m.subjects[fed])
			}
		}
	}
}
