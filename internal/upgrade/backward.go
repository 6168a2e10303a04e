package upgrade

import (
	"context"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
)

// Back takes the run's accounts, or one, back to where they came from, in whatever step they are.
// Rejected: an account has an event that the release before cannot say, or nothing leads back.
// Conflict: the run is over.
func (r *Runner) Back(ctx context.Context, only *uuid.UUID) error {
	during := RollingBack
	if only == nil {
		if err := r.runs.SetState(ctx, r.ID, RollingBack, Planned, Running, Paused, Grace, RollingBack); err != nil {
			return err
		}
	} else {
		run, err := r.runs.Get(ctx, r.ID)
		if err != nil {
			return err
		}
		during = run.State
	}
	return r.throughout(ctx, work{during: during, only: only, do: r.backward,
		states: []string{Pending, Building, Verified, Failed, OnRelease}}, RolledBack)
}

// Contract ends the grace: the run's accounts keep only what its release needs, and there is no
// way back. Conflict: not all accounts are on the release.
func (r *Runner) Contract(ctx context.Context) error {
	return r.throughout(ctx, work{during: Grace, states: []string{OnRelease}, do: r.contract}, Done)
}

// throughout does the work for the accounts of all waves, and then moves the run to the state.
func (r *Runner) throughout(ctx context.Context, w work, end string) error {
	w.ends = []string{end}
	w.next = func(ctx context.Context, run Run) (bool, error) {
		var left int
		err := r.runs.pool.QueryRow(ctx, leftSQL, r.ID, w.states, w.only).Scan(&left)
		if err != nil || left > 0 {
			return false, err // others are at it
		}
		if w.only != nil {
			return true, nil
		}
		return true, r.runs.SetState(ctx, run.ID, end, w.during)
	}
	return r.all(ctx, w)
}

// backward takes one account back. An error ends the work: whoever goes back wants to know.
func (r *Runner) backward(ctx context.Context, run Run, c claimed) error {
	return r.whole(ctx, run, c, RolledBack, (*trip).backward)
}

func (r *Runner) contract(ctx context.Context, run Run, c claimed) error {
	return r.whole(ctx, run, c, Contracted, (*trip).contract)
}

// whole takes an account to the state in one go.
func (r *Runner) whole(ctx context.Context, run Run, c claimed, state string, do func(*trip, context.Context) error) error {
	at := c.state
	err := r.holding(ctx, c, run.State, func(ctx context.Context, throttle *build.Throttle) error {
		t, err := r.trip(ctx, c, throttle)
		if err == nil {
			err = do(t, ctx)
		}
		if err == nil {
			at = state
		}
		return err
	})
	if err != nil {
		_ = r.note(context.WithoutCancel(ctx), c, noted{state: at, err: err, done: true}) // else the claim runs out
		return err
	}
	return r.ended(ctx, c, at, nil)
}

func (t *trip) backward(ctx context.Context) error {
	on, err := projection.RunsOn(ctx, t.admin, t.id)
	if err != nil {
		return err
	}
	if set, err := Rewrites(t.move.From, t.move.To); err != nil || set != "" {
		if err == nil {
			err = t.overHistory(ctx)
		}
		return err
	}
	if len(on) == 0 || on[0] == t.move.From.Digest() {
		if len(on) > 0 {
			if err := t.tellAgain(ctx, t.move.From); err != nil {
				return err
			}
		}
		_, err := Contract{t.id, t.move.From, []*model.Release{t.move.To}}.Run(ctx, t.admin, t.builder)
		return err
	}
	to := t.move.To
	if on[0] == to.Digest() {
		err = t.switchBack(ctx)
	} else {
		err = t.tellAgain(ctx, t.move.Back)
	}
	if err != nil {
		return err
	}
	_, err = Contract{t.id, t.move.Back, []*model.Release{to}}.Run(ctx, t.admin, t.builder)
	return err
}

// tellAgain tells the catalog what the account runs on: an earlier try that switched it back may have
// been cut off before. What was never switched needs no telling.
func (t *trip) tellAgain(ctx context.Context, on *model.Release) error {
	if on == nil || t.state == Pending || t.state == Building {
		return nil
	}
	done, err := Move{AccountID: t.id, From: t.move.To, To: on}.Switch(ctx, t.admin) // it is switched: this only reads
	if err != nil {
		return err
	}
	return t.tell(ctx, on, done)
}

// switchBack is the way forward to the release that leads back, whose tables were kept.
func (t *trip) switchBack(ctx context.Context) error {
	if t.move.Back == nil {
		return fault.New(fault.Rejected, "No release leads back for account %s", t.name)
	}
	if err := t.mayGoBack(ctx); err != nil {
		return err
	}
	back := *t
	back.move = Move{AccountID: t.id, From: t.move.To, To: t.move.Back}
	if err := back.enter(ctx); err != nil {
		return err
	}
	if _, err := back.build(ctx, func(*model.ProjectionType) bool { return true }); err != nil {
		return err
	}
	_, err := back.switchOver(ctx)
	return err
}

// mayGoBack refuses when the account has an event from after the switch that the release that
// leads back cannot say.
func (t *trip) mayGoBack(ctx context.Context) error {
	var streams, events []string
	var versions []int
	for _, u := range OneWay(t.move.Back.IR()) {
		streams, events, versions = append(streams, u.Stream), append(events, u.Event), append(versions, u.Version)
	}
	var after, first int64
	if t.switched != nil {
		after = *t.switched
	}
	err := t.builder.QueryRow(ctx, oneWaySQL, t.id, streams, events, versions, after).Scan(&first)
	if err == nil && first > 0 {
		err = fault.New(fault.Rejected, "Account %s cannot go back: its event %d cannot be said in the release before", t.name, first)
	}
	return err
}

// OneWay returns the stored event types that a release cannot say, each with the reason. For one
// that leads back, they are what ends the way back once it is stored.
func OneWay(ir *model.IR) []model.Upcast {
	var all []model.Upcast
	for _, u := range ir.Upcasts {
		if u.Refuse != "" {
			all = append(all, u)
		}
	}
	return all
}

func (t *trip) contract(ctx context.Context) error {
	leave := []*model.Release{t.move.From}
	if t.move.Back != nil {
		leave = append(leave, t.move.Back)
	}
	if _, err := (Contract{t.id, t.move.To, leave}).Run(ctx, t.admin, t.builder); err != nil {
		return err
	}
	return dropHistories(ctx, t.builder, t.id, false)
}
