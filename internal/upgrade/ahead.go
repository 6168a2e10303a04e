package upgrade

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
)

const (
	// aheadPage is how many events a transaction takes tables ahead of the switch further by.
	aheadPage = 500
	// shortLag is how many events may be left when writers are made to wait.
	shortLag = 100
	// drainTime is how long writers wait for the projector's last pages before they are let go.
	drainTime = 250 * time.Millisecond
	// behindTime is how long it is tried again.
	behindTime = 2 * time.Minute
	tryPause   = 100 * time.Millisecond
	drainPoll  = 2 * time.Millisecond
)

// ahead is the next generation of a history and the tables that follow from it, which nobody
// reads before the switch.
type ahead struct {
	*trip
	*rewriting
	tables projection.Handover
	at     int64   // the last event in them
	guards *guards // that the rewrite changes; nil: none
}

// overRewrite takes the account to a release that its history has to be rewritten for.
func (t *trip) overRewrite(ctx context.Context, set string, step func(string, noted) error) error {
	on, err := projection.RunsOn(ctx, t.admin, t.id)
	if err != nil {
		return err
	}
	if len(on) > 0 && on[0] == t.move.To.Digest() { // an earlier try has switched it
		switched, err := t.switchOver(ctx)
		if err != nil {
			return err
		}
		return step(OnRelease, switched)
	}
	if err := t.enter(ctx); err != nil {
		return err
	}
	if err := step(Building, noted{}); err != nil {
		return err
	}
	a, built, err := t.getAhead(ctx, set)
	if err != nil {
		return err
	}
	if err := step(Verified, built); err != nil {
		return err
	}
	switched, err := a.cross(ctx)
	if err != nil {
		return err
	}
	return step(OnRelease, switched)
}

// getAhead rewrites the history, builds what follows from it, and keeps both up with what
// is stored meanwhile until little is left.
func (t *trip) getAhead(ctx context.Context, set string) (*ahead, noted, error) {
	r, err := t.rewrite(ctx, set)
	if err != nil {
		return nil, noted{}, err
	}
	a := &ahead{trip: t, rewriting: r}
	if _, err := r.all(ctx); err != nil {
		return nil, noted{}, err
	}
	if a.guards, err = rewrittenGuards(t.move, set); err != nil {
		return nil, noted{}, err
	}
	if a.guards != nil {
		a.guards.history = &a.to
	}
	missing, err := t.missing(ctx)
	if err != nil {
		return nil, noted{}, err
	}
	// What a table that both releases have feeds follows from events that are not rewritten.
	built, err := t.build(ctx, func(p *model.ProjectionType) bool { return !missing[p.Table] })
	if err != nil {
		return nil, noted{}, err
	}
	rows, err := a.buildTables(ctx, missing)
	built.rows += rows
	built.read += r.read
	for _, u := range a.tables.Units {
		built.tables += len(u.Tables())
	}
	for err == nil {
		var left int64
		if left, err = a.follow(ctx); left < shortLag {
			break
		}
	}
	return a, built, err
}

// buildTables builds the missing tables from the next generation.
func (a *ahead) buildTables(ctx context.Context, missing map[string]bool) (rows int64, err error) {
	plan := projection.NewPlan(a.move.To, a.move.From)
	a.tables = projection.Handover{AccountID: a.id, Plan: plan, Generation: a.to}
	var names, tables []string
	for _, u := range plan.Units() {
		if root := u.Root.Projection; missing[root.Table] {
			a.tables.Units = append(a.tables.Units, u)
			names, tables = append(names, root.Name), append(tables, u.Tables()...)
		}
	}
	live, err := a.live(ctx)
	if a.at = min(live, a.done); err != nil || len(names) == 0 {
		return 0, err
	}
	// What an earlier try has built may follow from what has changed since.
	if _, err := a.trip.builder.Exec(ctx, forgetBuildsSQL, a.id, tables); err != nil {
		return 0, err
	}
	results, err := build.Run(ctx, build.Config{Builder: a.trip.builder, Owner: a.owner, Throttle: a.trip.throttle, Clock: a.Clock}, build.Job{
		AccountID: a.id, Release: a.move.To, Beside: []*model.Release{a.move.From}, Projections: names,
		Ahead: &build.Ahead{Generation: a.to, Until: a.at},
	})
	for _, result := range results {
		if err == nil && !result.Ready {
			err = fault.New(fault.Rejected, "%s could not be built: %s", result.Projection, result.Error)
		}
		rows += result.Rows
	}
	return rows, err
}

func (a *ahead) live(ctx context.Context) (live int64, err error) {
	err = a.trip.builder.QueryRow(ctx, liveSQL, a.id).Scan(&live)
	return live, err
}

// follow takes the next generation to the account's last event, and the tables to the live cursor.
// It returns how many events came meanwhile.
func (a *ahead) follow(ctx context.Context) (left int64, err error) {
	began := a.done
	head, err := a.head(ctx, a.trip.builder)
	if err != nil {
		return 0, err
	}
	again, err := a.pass(ctx, a.trip.builder, head)
	if err != nil {
		return 0, err
	}
	for more := true; more; again = nil {
		if more, err = a.advance(ctx, again); err != nil {
			return 0, err
		}
	}
	if a.guards != nil {
		err = a.guards.read(ctx, a.trip.builder)
	}
	return head - began, err
}

// advance is one transaction of the tables; it reports whether there is more to do.
func (a *ahead) advance(ctx context.Context, again []uuid.UUID) (more bool, err error) {
	until := a.at
	err = pgx.BeginFunc(ctx, a.trip.builder, func(tx pgx.Tx) error {
		var live int64
		if err := tx.QueryRow(ctx, lockCursorSQL, a.id).Scan(&live); err != nil {
			return err
		}
		end := min(live, a.done)
		until = min(end, a.at+aheadPage)
		more = until < end
		return a.tables.Advance(ctx, tx, a.at, until, again)
	})
	if err == nil {
		a.at = until
	}
	return more, pg.Fault(err)
}

// cross switches the account to the release and the next generation, in one transaction. It
// tries again while the projector is behind.
func (a *ahead) cross(ctx context.Context) (noted, error) {
	for began := a.Clock(); ; {
		done, pause, err := a.tryToCross(ctx)
		if err == nil {
			return noted{pause: &pause, number: &done.SequenceNumber}, a.tell(ctx, a.move.To, done)
		}
		if !errors.Is(err, errBehind) || a.Clock().Sub(began) > behindTime {
			return noted{}, err
		}
		if err := sleep(ctx, tryPause); err != nil {
			return noted{}, err
		}
		if _, err := a.follow(ctx); err != nil {
			return noted{}, err
		}
	}
}

// errBehind says that the projector did not come to the account's last event in time.
var errBehind = fault.New(fault.Unavailable, "The account's read models are behind its events, and it can only be switched where they are not")

// tryToCross returns how long writers waited, in milliseconds. Of errBehind nothing has happened.
func (a *ahead) tryToCross(ctx context.Context) (done Switched, pause float64, err error) {
	var locked time.Time
	drained := func(tx pgx.Tx, number int64) error {
		locked = a.Clock()
		return a.move.drained(ctx, tx, number)
	}
	err = a.move.inMoveOnce(ctx, a.trip.builder, drained, func(tx pgx.Tx, s standing) error {
		if !s.on(a.move.From) || !s.goes(a.move.To) {
			return fault.New(fault.Conflict, "The account was not entered for this release")
		}
		done.SequenceNumber = s.number
		again, err := a.pass(ctx, tx, s.number)
		if err != nil {
			return err
		}
		if err := a.tables.Advance(ctx, tx, a.at, s.number, again); err != nil {
			return err
		}
		if err := a.tables.MakeLive(ctx, tx, s.number); err != nil {
			return err
		}
		if err := a.move.whole(ctx, tx); err != nil {
			return err
		}
		if a.guards != nil {
			if err := a.guards.remake(ctx, tx); err != nil {
				return err
			}
		}
		return a.use(ctx, tx, &done)
	})
	return done, float64(a.Clock().Sub(locked).Microseconds()) / 1000, err
}

// use puts the account on the next generation. The tables of the release before stand where
// they are, and are right for the generation before for as long as it has all events.
func (a *ahead) use(ctx context.Context, tx pgx.Tx, done *Switched) error {
	batch := &pgx.Batch{}
	batch.Queue(forgetBuildsSQL, a.id, projection.TableNames(a.move.To))
	batch.Queue(standSQL, a.id, without(a.move.From, a.move.To), done.SequenceNumber)
	batch.Queue(switchLiveSQL, a.id, a.move.To.Digest(), nil)
	useGeneration(batch, a.id, a.move.To, a.to).QueryRow(func(row pgx.Row) error { return row.Scan(&done.Epoch) })
	return tx.SendBatch(ctx, batch).Close()
}

// useGeneration has the head name the generation and its release, in a transaction of the builder. The builder wrote the
// events and may not put them in use: whoever is the builder alone, as projectors may be, replaces no history.
func useGeneration(batch *pgx.Batch, account uuid.UUID, on *model.Release, generation int) (epoch *pgx.QueuedQuery) {
	batch.Queue(pg.LocalRole(pg.Admin))
	epoch = batch.Queue(switchHistorySQL, account, on.Digest(), generation)
	batch.Queue(pg.LocalRole(pg.Builder))
	return epoch
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
