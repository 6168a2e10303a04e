package build

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

// standing is what the store says of an account's tables.
type standing struct {
	live   int64             // the live cursor
	head   int64             // the last event
	runs   [2]*string        // the releases that it stands for; nil: there is none, or the catalog says
	states map[string]string // of tables that are not live
	builds map[string]begun  // by table

	skipped map[string]projection.Skipped // events that tables leave out; read when units are entered
}

// begun is a build as store.builds has it.
type begun struct {
	until   int64
	nextKey *uuid.UUID
	rows    int64
	phase   string
}

// register enters the units that are to be built, or finds how far earlier runs came with
// them. It holds the account's claim, so that from then on live pages know of the build.
func (b *build) register(ctx context.Context) error {
	wanted, err := b.wanted(ctx)
	if err != nil || len(wanted) == 0 {
		return err
	}
	var beside []*projection.Unit
	for _, u := range wanted {
		if u.shadow {
			beside = append(beside, u.filled)
		}
	}
	if err := projection.ExpandUnits(ctx, b.Owner, b.Builder, beside...); err != nil {
		return err
	}
	return b.inTx(ctx, func(tx pgx.Tx) error {
		// What appends write is kept still by the head's lock, which goes before the claim.
		if slices.ContainsFunc(wanted, (*unit).sync) {
			if _, err := tx.Exec(ctx, holdHeadSQL, b.job.AccountID); err != nil {
				return err
			}
		}
		at, err := b.stand(ctx, tx, holdSQL)
		if err != nil {
			return err
		}
		if at.skipped, err = projection.ReadAllSkipped(ctx, tx, b.job.AccountID); err != nil {
			return err
		}
		var fresh []*unit
		for _, u := range wanted {
			// What was true of the unit when the tables were made may have changed since.
			if shadow := at.states[u.live.Root.Table.Name] != building; shadow != u.shadow {
				return fault.New(fault.Conflict, "Projection %s is being built or parked by somebody else at this moment", u.name())
			}
			if !b.goesOn(u, at) {
				fresh = append(fresh, u)
			}
		}
		b.at, b.units = at, wanted
		for _, u := range wanted {
			b.gate.progress.Total = max(b.gate.progress.Total, u.until)
		}
		return b.begin(ctx, tx, fresh...)
	})
}

// inTx runs do in a transaction of the role builder, which sees all accounts.
func (b *build) inTx(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, b.Builder, do)
}

// wanted finds the units of the job, without holding anything.
func (b *build) wanted(ctx context.Context) (wanted []*unit, err error) {
	var at standing
	err = b.inTx(ctx, func(tx pgx.Tx) error {
		at, err = b.stand(ctx, tx, standSQL)
		return err
	})
	if err != nil {
		return nil, err
	}
	chosen, err := b.chosen(at)
	for _, live := range chosen {
		u := &unit{live: live, filled: live, shadow: at.states[live.Root.Table.Name] != building}
		if u.shadow {
			u.filled = live.Shadow()
		}
		wanted = append(wanted, u)
	}
	return wanted, err
}

// chosen returns the units that the job names.
func (b *build) chosen(at standing) (units []*projection.Unit, err error) {
	for _, name := range b.job.Projections {
		t := b.plan.Target(name)
		if t == nil {
			return nil, fault.New(fault.NotFound, "The account's release has no projection %s", name)
		}
		if !slices.Contains(units, t.Unit()) {
			units = append(units, t.Unit())
		}
	}
	for _, u := range b.plan.Units() {
		if len(b.job.Projections) > 0 {
			break
		}
		if _, under := at.builds[u.ShadowTable()]; b.job.All || under || at.missing(u) {
			units = append(units, u)
		}
	}
	return units, nil
}

// missing reports whether the account has no rows of the unit yet, or not of all that it feeds.
func (at standing) missing(u *projection.Unit) bool {
	root := at.states[u.Root.Table.Name]
	return root == building || root == "" && slices.ContainsFunc(u.Chain, func(t *projection.Target) bool { return at.states[t.Table.Name] == building })
}

func (b *build) stand(ctx context.Context, tx pgx.Tx, cursorSQL string) (standing, error) {
	at := standing{states: map[string]string{}, builds: map[string]begun{}}
	batch := &pgx.Batch{}
	batch.Queue(cursorSQL, b.job.AccountID).QueryRow(func(row pgx.Row) error {
		return notHere(row.Scan(&at.live, &at.head, &at.runs[0], &at.runs[1]), b.job.AccountID)
	})
	batch.Queue(statesSQL, b.job.AccountID).Query(func(rows pgx.Rows) error {
		var table, state string
		_, err := pgx.ForEachRow(rows, []any{&table, &state}, func() error { at.states[table] = state; return nil })
		return err
	})
	batch.Queue(begunSQL, b.job.AccountID).Query(func(rows pgx.Rows) error {
		var table string
		var one begun
		_, err := pgx.ForEachRow(rows, []any{&table, &one.until, &one.nextKey, &one.rows, &one.phase}, func() error { at.builds[table] = one; return nil })
		return err
	})
	return at, tx.SendBatch(ctx, batch).Close()
}

func notHere(err error, account uuid.UUID) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.NotFound, "Account %s is not on this store", account)
	}
	return err
}

// goesOn takes the unit's build up where it stands, or where it is to begin. It reports whether one was begun and did not fail.
func (b *build) goesOn(u *unit, at standing) bool {
	u.result = Result{Projection: u.name(), Table: u.live.Root.Table.Name}
	u.skipped = at.skipped[u.live.Root.Table.Name]
	known, under := at.builds[u.table()]
	if under && known.phase != phaseFailed {
		u.phase, u.until, u.rows = known.phase, known.until, known.rows
		if u.phase == phaseProve {
			u.phase = phaseCatchUp // who was proving is gone, and time has passed
		}
		if known.nextKey != nil {
			u.from = *known.nextKey
			u.folded = share(u.from)
		}
		return true
	}
	// The live cursor, not the head: what is applied later comes by the catch-up.
	u.phase, u.until = phaseFold, at.live
	switch {
	case b.job.Ahead != nil:
		u.until = b.job.Ahead.Until
	case b.plan.Appended(u.live, at.runs[0]):
		u.until = at.head
	}
	return false
}

// sync reports whether appends write the unit's rows.
func (u *unit) sync() bool { return u.live.Root.Projection.Sync }

// begin writes that the units are built from the beginning.
func (b *build) begin(ctx context.Context, tx pgx.Tx, units ...*unit) error {
	names, until := make([]string, len(units)), make([]int64, len(units))
	for i, u := range units {
		u.from, u.rows, u.folded = uuid.Nil, 0, 0
		names[i], until[i] = u.name(), u.until
	}
	batch := &pgx.Batch{}
	batch.Queue(beginCursorSQL, b.job.AccountID, tablesOf(filled(units)...))
	batch.Queue(beginBuildSQL, b.job.AccountID, rootsOf(units), names, until)
	return tx.SendBatch(ctx, batch).Close()
}

// restart builds the unit from the beginning, but only up to a number.
func (b *build) restart(ctx context.Context, u *unit, until int64) error {
	u.until, u.refusedAt, u.phase = until, 0, phaseFold
	return b.inTx(ctx, func(tx pgx.Tx) error { return b.begin(ctx, tx, u) })
}

// move notes the unit's next phase.
func (b *build) move(ctx context.Context, q execer, u *unit, phase string) error {
	_, err := q.Exec(ctx, moveSQL, b.job.AccountID, u.table(), phase)
	if err == nil {
		u.phase, u.proven = phase, 0
	}
	return err
}

// fail stops the unit's build. Rows that are live stay as they are; what was built beside
// them stays for a look until the next build.
func (b *build) fail(ctx context.Context, u *unit, cause error) error {
	u.phase, u.result.Error = phaseFailed, pg.Fault(cause).Error()
	return b.inTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, failSQL, b.job.AccountID, u.table(), storable(u.result.Error))
		if err == nil && u.shadow {
			// Nobody works on a shadow that failed; a dead letter of it would be nobody's.
			_, err = tx.Exec(ctx, leaveSQL, b.job.AccountID, tablesOf(u.filled))
		}
		return err
	})
}

func tablesOf(units ...*projection.Unit) (names []string) {
	for _, u := range units {
		names = append(names, u.Tables()...)
	}
	return names
}
