package upgrade

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// Gates say what has to hold of the accounts of a wave before the next one is let in.
type Gates struct {
	Settle time.Duration // how long the wave has been on the release
	Lag    int64         // how many events a live cursor may be behind; zero: 500

	Requests *Requests // nil: errors and latency of requests are not looked at
}

const defaultLag = 500

// nextWave lets the next wave in when the last one is well. It ends the work when there is no
// further wave, or accounts have failed.
func (r *Runner) nextWave(ctx context.Context, run Run) (ended bool, err error) {
	waves, err := r.runs.tally(ctx, run.ID)
	if err != nil {
		return false, err
	}
	failed, under := 0, 0
	for wave, states := range waves {
		failed += states[Failed]
		if wave <= run.OpenWave {
			under += states[Pending] + states[Building] + states[Verified]
		}
	}
	switch {
	case under > 0:
		return false, nil // others are at it
	case failed > 0:
		if err := r.runs.SetState(ctx, run.ID, Paused, Running); err != nil {
			return true, err
		}
		return true, fault.New(fault.Rejected, "%d accounts failed, and no further wave was let in", failed)
	case run.OpenWave >= len(run.Waves)-1:
		return true, r.runs.SetState(ctx, run.ID, Grace, Running)
	}
	return false, r.openNext(ctx, run)
}

// openNext lets the next wave in, unless something speaks against it.
func (r *Runner) openNext(ctx context.Context, run Run) error {
	against, err := r.against(ctx, run)
	if err != nil {
		return err
	}
	if against != "" {
		return r.waits(ctx, run, fmt.Sprintf("wave %d waits: %s", run.OpenWave+2, against))
	}
	tag, err := r.runs.pool.Exec(ctx, openWaveSQL, run.ID, run.OpenWave)
	if err == nil && tag.RowsAffected() > 0 {
		r.Told(fmt.Sprintf("wave %d of %d begins", run.OpenWave+2, len(run.Waves)))
	}
	return err
}

// noteEvery bounds how often what changes all the time is noted.
const noteEvery = 10 * time.Second

// waits tells for what the next wave waits, and has the status of the run say it.
func (r *Runner) waits(ctx context.Context, run Run, text string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting != text {
		r.waiting = text
		r.Told(text)
	}
	if run.Waits == text || run.Waits != "" && r.Clock().Sub(r.noted) < noteEvery {
		return nil
	}
	r.noted = r.Clock()
	return r.runs.waits(ctx, run.ID, text)
}

// against says what of the open wave speaks against the next one; empty: nothing.
func (r *Runner) against(ctx context.Context, run Run) (string, error) {
	accounts, err := r.runs.Accounts(ctx, run.ID)
	if err != nil {
		return "", err
	}
	byStore := map[string][]uuid.UUID{}
	releases := []string{run.Release}
	settle := r.Gates.Settle
	if r.Gates.Requests != nil {
		settle = max(settle, r.Gates.Requests.look(settle))
	}
	for _, a := range accounts {
		if a.Wave != run.OpenWave {
			continue
		}
		if settled := a.ChangedAt.Add(settle); r.Clock().Before(settled) {
			return fmt.Sprintf("the last one is to be on the release for %s, until %s", settle, settled.UTC().Format(time.TimeOnly)), nil
		}
		byStore[a.StoreID] = append(byStore[a.StoreID], a.ID)
		releases = append(releases, a.To)
	}
	var wrong int64
	for store, ids := range byStore {
		h, err := r.health(ctx, store, ids, releases)
		if err != nil {
			return "", err
		}
		if h.parked > 0 {
			return fmt.Sprintf("%d projections are parked on it (admin deadletter list)", h.parked), nil
		}
		if limit := r.Gates.lag(); h.lag > limit {
			return fmt.Sprintf("a projector is %d events behind, more than %d", h.lag, limit), nil
		}
		wrong += h.wrong
	}
	if before, found := r.before(run.OpenWave, wrong); found && wrong > before {
		return fmt.Sprintf("the auditor has found %d wrong rows", wrong-before), nil
	}
	if r.Gates.Requests == nil || run.StartedAt == nil {
		return "", nil
	}
	return r.Gates.Requests.against(ctx, *run.StartedAt, r.Clock(), r.Gates.Requests.look(settle)), nil
}

func (g Gates) lag() int64 {
	if g.Lag <= 0 {
		return defaultLag
	}
	return g.Lag
}

// before returns how many wrong rows had been found when the wave was looked at first, and
// whether it was.
func (r *Runner) before(wave int, wrong int64) (int64, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, found := r.wrong[wave]
	if !found {
		r.wrong[wave] = wrong
	}
	return known, found
}

// health is what a store says of some accounts.
type health struct {
	parked, lag, wrong int64
}

func (r *Runner) health(ctx context.Context, store string, accounts []uuid.UUID, releases []string) (h health, err error) {
	pool, err := r.Pools.Pool(ctx, store, pg.Admin)
	if err != nil {
		return h, err
	}
	err = pool.QueryRow(ctx, healthSQL, accounts, releases).Scan(&h.parked, &h.lag, &h.wrong)
	return h, err
}
