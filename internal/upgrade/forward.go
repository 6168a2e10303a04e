package upgrade

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
)

// trip is an account under way, with what it takes.
type trip struct {
	*Runner
	claimed
	move     Move
	admin    *pgxpool.Pool
	builder  *pgxpool.Pool
	owner    *pgxpool.Pool
	throttle *build.Throttle
}

// trip loads what the account needs. The move is the one forward.
func (r *Runner) trip(ctx context.Context, c claimed, throttle *build.Throttle) (*trip, error) {
	t := &trip{Runner: r, claimed: c, throttle: throttle, move: Move{AccountID: c.id}}
	var err error
	for role, pool := range map[pg.Role]**pgxpool.Pool{pg.Admin: &t.admin, pg.Builder: &t.builder, pg.Owner: &t.owner} {
		if *pool, err = r.Pools.Pool(ctx, c.store, role); err != nil {
			return nil, err
		}
	}
	if t.move.From, err = r.Releases.Get(ctx, c.from); err != nil {
		return nil, err
	}
	if t.move.To, err = r.Releases.Get(ctx, c.to); err != nil {
		return nil, err
	}
	if c.back != nil {
		t.move.Back, err = r.Releases.Get(ctx, *c.back)
	}
	return t, err
}

// forward takes one account to the run's release. What the account is to blame for fails it
// alone; what comes from outside gives it back as it is.
func (r *Runner) forward(ctx context.Context, _ Run, c claimed) error {
	at := c.state
	err := r.holding(ctx, c, Running, func(ctx context.Context, throttle *build.Throttle) error {
		t, err := r.trip(ctx, c, throttle)
		if err != nil {
			return err
		}
		return t.forward(ctx, func(state string) { at = state })
	})
	return r.ended(ctx, c, at, err)
}

// ended gives the account back.
func (r *Runner) ended(ctx context.Context, c claimed, at string, err error) error {
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	switch {
	case err == nil:
		r.Told(fmt.Sprintf("%s is %s", c.name, at))
		return r.note(note, c, noted{state: at, done: true})
	case errors.Is(err, errClaimLost):
		return nil
	case errors.Is(err, errPaused):
		return r.note(note, c, noted{state: at, done: true})
	case ctx.Err() != nil || fault.Is(err, fault.Unavailable):
		_ = r.note(note, c, noted{state: at, done: true}) // else the claim runs out
		return err
	}
	r.Told(fmt.Sprintf("%s failed: %v", c.name, err))
	return r.note(note, c, noted{state: Failed, err: err, done: true})
}

// forward goes through the steps; each may have been done before.
func (t *trip) forward(ctx context.Context, reached func(string)) error {
	step := func(state string, n noted) error {
		n.state = state
		reached(state)
		return t.note(ctx, t.claimed, n)
	}
	if set, err := Rewrites(t.move.From, t.move.To); err != nil || set != "" {
		if err == nil {
			err = t.overRewrite(ctx, set, step)
		}
		return err
	}
	if err := t.enter(ctx); err != nil {
		return err
	}
	if err := step(Building, noted{}); err != nil {
		return err
	}
	if err := t.decodes(ctx); err != nil {
		return err
	}
	built, err := t.build(ctx, func(*model.ProjectionType) bool { return true })
	if err != nil {
		return err
	}
	if err := step(Verified, built); err != nil {
		return err
	}
	switched, err := t.switchOver(ctx)
	if err != nil {
		return err
	}
	return step(OnRelease, switched)
}

// enter makes the tables and notes which have no rows yet.
func (t *trip) enter(ctx context.Context) error {
	if err := t.expand(ctx); err != nil {
		return err
	}
	_, err := t.move.Enter(ctx, t.admin)
	return err
}

// expand makes the release's tables, once a store.
func (t *trip) expand(ctx context.Context) error {
	at := t.store + " " + t.move.To.Digest()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.expanded[at] {
		return nil
	}
	err := projection.Expand(ctx, t.owner, t.move.To)
	t.expanded[at] = err == nil
	return err
}

// decodes refuses a release that cannot read all that the account has stored. One that declares
// nothing new about stored events reads them as the release before does.
func (t *trip) decodes(ctx context.Context) error {
	if len(t.move.To.IR().Changes) == len(t.move.From.IR().Changes) {
		return nil
	}
	found, err := Decode(ctx, t.builder, t.id, t.move.To)
	if err != nil {
		return err
	}
	for _, d := range found {
		if d.Failures > 0 {
			return fault.New(fault.Rejected, "%d of %d %s (version %d) cannot be read by the release, the first is event %d: %s",
				d.Failures, d.Count, d.Event, d.Version, d.First, d.Error)
		}
	}
	return nil
}

// build builds what the account has no rows of yet, with a proof of each.
func (t *trip) build(ctx context.Context, chosen func(*model.ProjectionType) bool) (noted, error) {
	names, tables, err := t.unbuilt(ctx, chosen)
	if err != nil || len(names) == 0 {
		return noted{}, err
	}
	done := noted{tables: tables}
	results, err := build.Run(ctx, build.Config{
		Builder: t.builder, Owner: t.owner, Plans: t.plans, Throttle: t.throttle, Clock: t.Clock,
	}, build.Job{AccountID: t.id, Release: t.move.To, Beside: []*model.Release{t.move.From}, Projections: names})
	for _, result := range results {
		if err == nil && !result.Live {
			err = fault.New(fault.Rejected, "%s could not be built: %s", result.Projection, result.Error)
		}
		done.read, done.rows = done.read+result.EventsRead, done.rows+result.Rows
	}
	return done, err
}

// unbuilt returns the projections at the root of units with tables that have no rows yet, and
// how many such tables there are.
func (t *trip) unbuilt(ctx context.Context, chosen func(*model.ProjectionType) bool) (names []string, tables int, err error) {
	missing, err := t.missing(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, u := range t.plans.Of(t.move.To, t.move.From).Units() {
		if !chosen(u.Root.Projection) {
			continue
		}
		before := tables
		for _, table := range u.Tables() {
			if missing[table] {
				tables++
			}
		}
		if tables > before {
			names = append(names, u.Root.Projection.Name)
		}
	}
	return names, tables, nil
}

// switchOver tries again while the projector is behind, where that matters.
func (t *trip) switchOver(ctx context.Context) (noted, error) {
	began, locked := t.Clock(), t.Clock()
	move := t.move
	move.Locked = func() { locked = t.Clock() }
	done, err := move.Switch(ctx, t.admin)
	for errors.Is(err, errBehind) && t.Clock().Sub(began) < behindTime {
		if err := sleep(ctx, tryPause); err != nil {
			return noted{}, err
		}
		done, err = move.Switch(ctx, t.admin)
	}
	if err != nil {
		return noted{}, err
	}
	pause := float64(t.Clock().Sub(locked).Microseconds()) / 1000
	number := done.SequenceNumber
	if t.switched != nil { // an earlier try has switched it
		return noted{}, t.tell(ctx, t.move.To, done)
	}
	return noted{pause: &pause, number: &number}, t.tell(ctx, t.move.To, done)
}

// tell brings the catalog up to what the store says.
func (t *trip) tell(ctx context.Context, release *model.Release, done Switched) error {
	return t.Catalog.SetRelease(ctx, t.id, release.Digest(), done.Epoch)
}

// missing are the tables of the release that the account has no rows of yet.
func (t *trip) missing(ctx context.Context) (map[string]bool, error) {
	rows, err := t.admin.Query(ctx, missingSQL, t.id, projection.TableNames(t.move.To))
	if err != nil {
		return nil, err
	}
	missing := map[string]bool{}
	err = eachMissing(rows, func(table, state string) { missing[table] = state == "building" })
	return missing, err
}
