package upgrade

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

const liveOnSQL = "SELECT sequence_number, release FROM store.live_cursors WHERE account_id = $1"

// Move is one account on its way from a release to another.
type Move struct {
	AccountID uuid.UUID
	From, To  *model.Release
	Back      *model.Release // leads back from To; its tables are kept up to date after the switch. Nil: there is none
	Locked    func()         // called when writers begin to wait for a switch. Nil: nobody asks
}

// standing is where the account is on its store, held for a transaction.
type standing struct {
	epoch         int64
	state         string
	number        int64   // of the last event
	release, next *string // nil release: it never changed it
}

// on reports whether the account runs on the release.
func (s standing) on(r *model.Release) bool { return s.release == nil || *s.release == r.Digest() }

// goes reports whether the account's tables are kept for the release as well.
func (s standing) goes(r *model.Release) bool { return s.next != nil && *s.next == r.Digest() }

// inMove runs do while nobody appends to the account or changes its read models. The pool's
// role is admin.
func (m Move) inMove(ctx context.Context, admin *pgxpool.Pool, do func(pgx.Tx, standing) error) error {
	return m.inMoveOnce(ctx, admin, func(pgx.Tx, int64) error { return nil }, do)
}

// inMoveOnce is inMove that first runs ready while nobody appends, and pages still go on. The
// pool's role is admin or builder.
func (m Move) inMoveOnce(ctx context.Context, admin *pgxpool.Pool, ready func(pgx.Tx, int64) error, do func(pgx.Tx, standing) error) error {
	return pg.Fault(pgx.BeginFunc(ctx, admin, func(tx pgx.Tx) error {
		var s standing
		err := tx.QueryRow(ctx, lockSQL, m.AccountID).Scan(&s.epoch, &s.state, &s.number)
		if err == nil {
			err = ready(tx, s.number)
		}
		if err == nil {
			err = tx.QueryRow(ctx, lockLiveSQL, m.AccountID).Scan(&s.release, &s.next)
		}
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.New(fault.NotFound, "Account %s is not on this store", m.AccountID)
		}
		if err != nil {
			return err
		}
		return do(tx, s)
	}))
}

// Enter notes on the store which tables the account has no rows of and To needs, and keeps
// pages of the projector to both releases from now on. It returns how many tables are still to
// be built. Entering again changes nothing. Conflict: the account is on another release than
// From, or between two others. The pool's role is admin.
func (m Move) Enter(ctx context.Context, admin *pgxpool.Pool) (missing int64, err error) {
	err = m.inMove(ctx, admin, func(tx pgx.Tx, s standing) error {
		if s.release != nil && *s.release == m.To.Digest() {
			return nil // it was switched already
		}
		if !s.on(m.From) || s.next != nil && !s.goes(m.To) {
			return fault.New(fault.Conflict, "The account is changing its release already, or runs on another than was thought")
		}
		needed := without(m.To, m.From)
		if !s.goes(m.To) { // else some may be built already
			if _, err := tx.Exec(ctx, notLiveSQL, m.AccountID, needed); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, admitSQL, m.AccountID, m.From.Digest(), m.To.Digest()); err != nil {
			return err
		}
		return tx.QueryRow(ctx, countMissingSQL, m.AccountID, needed).Scan(&missing)
	})
	return missing, err
}

// without returns the tables of a release that the other does not have, each once.
func without(release, other *model.Release) []string {
	known := map[string]bool{}
	for _, p := range other.Projections() {
		known[p.Table] = true
	}
	tables := []string{}
	for _, p := range release.Projections() {
		if !known[p.Table] {
			known[p.Table] = true
			tables = append(tables, p.Table)
		}
	}
	return tables
}

// Switched is what a switch has done.
type Switched struct {
	Epoch          int64 // from now on
	SequenceNumber int64 // of the account's last event when it was switched
}

// Switch puts the account on To. Appends that were decided on From are refused by the epoch, and
// are decided again. Back stays beside it, or nothing. Switching again changes nothing.
// Guards that To holds otherwise are made anew from the events. Where appends write other tables on To than
// on From, pages have the account's last event first. Precondition: a table that To
// needs is not built, or the history has to be rewritten. Unavailable: the projector is behind, and it may be tried again. Rejected: a guard cannot hold what there is. The pool's role is admin.
func (m Move) Switch(ctx context.Context, admin *pgxpool.Pool) (done Switched, err error) {
	return m.switchTo(ctx, admin, m.whole)
}

// SwitchAtOnce is Switch without waiting for tables that are not built: queries over them say
// that they are behind, until they are.
func (m Move) SwitchAtOnce(ctx context.Context, admin *pgxpool.Pool) (done Switched, err error) {
	return m.switchTo(ctx, admin, func(context.Context, pgx.Tx) error { return nil })
}

func (m Move) switchTo(ctx context.Context, admin *pgxpool.Pool, ready func(context.Context, pgx.Tx) error) (done Switched, err error) {
	set, err := Rewrites(m.From, m.To)
	if err != nil {
		return done, err
	}
	g := newGuards(m)
	if g != nil && set == "" {
		if err := g.begin(ctx, admin); err != nil {
			return done, err
		}
	}
	handsOver, leftBehind := m.handsOver(), m.leftBehind() // before writers wait
	level := func(tx pgx.Tx, number int64) error {
		if m.Locked != nil {
			m.Locked()
		}
		if !handsOver {
			return nil
		}
		return m.drained(ctx, tx, number)
	}
	err = m.inMoveOnce(ctx, admin, level, func(tx pgx.Tx, s standing) error {
		done.Epoch, done.SequenceNumber = s.epoch, s.number
		switch {
		case s.release != nil && *s.release == m.To.Digest():
			return nil // an earlier try has done it
		case !s.on(m.From) || !s.goes(m.To):
			return fault.New(fault.Conflict, "The account was not entered for this release")
		case set != "":
			return fault.New(fault.Precondition, "The release reads the account's history after the rewrite of %s, which an upgrade does: admin upgrade plan", set)
		}
		if err := ready(ctx, tx); err != nil {
			return err
		}
		if g != nil {
			if err := g.remake(ctx, tx); err != nil {
				return err
			}
		}
		return m.write(ctx, tx, leftBehind, &done)
	})
	return done, err
}

func (m Move) write(ctx context.Context, tx pgx.Tx, leftBehind []string, done *Switched) error {
	var back *string
	if m.Back != nil {
		digest := m.Back.Digest()
		back = &digest
	}
	if _, err := tx.Exec(ctx, notLiveSQL, m.AccountID, leftBehind); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, switchLiveSQL, m.AccountID, m.To.Digest(), back); err != nil {
		return err
	}
	return tx.QueryRow(ctx, switchHeadSQL, m.AccountID, m.To.Digest()).Scan(&done.Epoch)
}

// handsOver reports whether tables change hands between appends and pages with the switch: those that appends write on
// one of the releases only. Before and after it pages write them, and these have to be where the appends are.
func (m Move) handsOver() bool {
	before, after := syncTables(m.From), syncTables(m.To)
	return !slices.Equal(before, after)
}

// drained waits until the live tables have the account's last event, while nobody appends. An account that was
// switched before has nothing to wait for.
func (m Move) drained(ctx context.Context, tx pgx.Tx, number int64) error {
	patience, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	for {
		var live int64
		var on *string
		err := tx.QueryRow(ctx, liveOnSQL, m.AccountID).Scan(&live, &on)
		if err != nil || live == number || on != nil && *on == m.To.Digest() {
			return err
		}
		if err := sleep(patience, drainPoll); err != nil {
			if ctx.Err() == nil {
				err = errBehind
			}
			return err
		}
	}
}

// whole refuses a switch to tables without all their rows. What was parked before stays parked.
func (m Move) whole(ctx context.Context, tx pgx.Tx) error {
	needed, before := projection.TableNames(m.To), projection.TableNames(m.From)
	rows, err := tx.Query(ctx, missingSQL, m.AccountID, needed)
	if err != nil {
		return err
	}
	var missing []string
	err = eachMissing(rows, func(table, state string) {
		if state != "parked" || !slices.Contains(before, table) {
			missing = append(missing, table+" ("+state+")")
		}
	})
	if err == nil && len(missing) > 0 {
		err = fault.New(fault.Precondition, "Not all tables of the release have their rows: %s", strings.Join(missing, ", "))
	}
	return err
}

func eachMissing(rows pgx.Rows, do func(table, state string)) error {
	var table, state string
	_, err := pgx.ForEachRow(rows, []any{&table, &state}, func() error { do(table, state); return nil })
	return err
}

// leftBehind are the tables that nobody writes after the switch: those of From alone.
func (m Move) leftBehind() []string {
	left := without(m.From, m.To)
	if m.Back == nil {
		return left
	}
	kept := map[string]bool{}
	for _, table := range projection.TableNames(m.Back) {
		kept[table] = true
	}
	return slices.DeleteFunc(left, func(table string) bool { return kept[table] })
}

// syncTables returns the release's tables that appends write, sorted, each once.
func syncTables(release *model.Release) []string {
	var tables []string
	for _, p := range release.Projections() {
		if p.Sync {
			tables = append(tables, p.Table)
		}
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}
