package upgrade

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// Config is what runners need of the process they run in.
type Config struct {
	ID       string          // of the run
	Name     string          // of this process among those that work on it
	Catalog  *tenant.Catalog // it is told of the accounts' releases
	Pools    projection.Pools
	Releases projection.Releases
	Workers  int           // accounts at a time; zero: 2
	Gates    Gates         // between waves
	Poll     time.Duration // how often it looks whether others are done, or a gate has opened; zero: 1 s
	Told     func(string)  // what happens, a line each, one after another; nil: nobody is told
	Clock    func() time.Time
}

// Runner works on a run, beside other processes that do the same.
type Runner struct {
	Config
	runs  *Runs
	plans *projection.Plans

	mu       sync.Mutex
	wrong    map[int]int64   // rows that auditors had found when a wave ended, by wave
	waiting  string          // what was told last about a wave that waits
	noted    time.Time       // when that was noted last
	expanded map[string]bool // stores and releases whose tables are there
}

// NewRunner returns a runner.
func NewRunner(runs *Runs, c Config) *Runner {
	if c.Workers <= 0 {
		c.Workers = 2
	}
	if c.Poll <= 0 {
		c.Poll = time.Second
	}
	if c.Told == nil {
		c.Told = func(string) {}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	c.Told = oneByOne(c.Told)
	return &Runner{Config: c, runs: runs, plans: projection.NewPlans(c.Releases), wrong: map[int]int64{}, expanded: map[string]bool{}}
}

// oneByOne lets workers tell one after another.
func oneByOne(tell func(string)) func(string) {
	var mu sync.Mutex
	return func(line string) {
		mu.Lock()
		defer mu.Unlock()
		tell(line)
	}
}

// work is one kind of work on a run's accounts.
type work struct {
	during string     // the run's state while it is done
	states []string   // of accounts that there is something to do for
	only   *uuid.UUID // nil: all accounts
	do     func(context.Context, Run, claimed) error
	next   func(context.Context, Run) (ended bool, err error) // asked when there is no account to take
	ends   []string                                           // states of a run for which the work is done
}

// Forward takes the run's accounts to its release, wave by wave, until all are on it or one has failed. Called
// again, by this process or another, it goes on where it was; while the run is paused it waits.
// Rejected: accounts failed; each says why. Conflict: the run is over, or is taken back meanwhile.
func (r *Runner) Forward(ctx context.Context) error {
	if err := r.runs.SetState(ctx, r.ID, Running, Planned, Paused); err != nil {
		return err
	}
	if _, err := r.runs.pool.Exec(ctx, againSQL, r.ID); err != nil {
		return pg.Fault(err)
	}
	return r.all(ctx, work{during: Running, states: []string{Pending, Building, Verified}, do: r.forward, next: r.nextWave, ends: []string{Grace, Done}})
}

// all has the workers do the work until there is none left.
func (r *Runner) all(ctx context.Context, w work) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var crew sync.WaitGroup
	for range r.Workers {
		crew.Go(func() {
			if err := r.each(ctx, w); err != nil {
				cancel(err)
			}
		})
	}
	crew.Wait()
	return pg.Fault(context.Cause(ctx))
}

// each does the work account by account.
func (r *Runner) each(ctx context.Context, w work) error {
	for ctx.Err() == nil {
		run, err := r.runs.bare(ctx, r.ID)
		if err != nil {
			return err
		}
		if run.State == Paused && w.during == Running {
			r.sleep(ctx)
			continue
		}
		if run.State != w.during {
			return w.leftBy(run)
		}
		c, found, err := r.take(ctx, w)
		if err != nil {
			return err
		}
		if found {
			if err := w.do(ctx, run, c); err != nil {
				return err
			}
			continue
		}
		if ended, err := w.next(ctx, run); err != nil || ended {
			return err
		}
		r.sleep(ctx)
	}
	return context.Cause(ctx)
}

// leftBy is why work ends that the run's state does not ask for any more: nil when it is done.
func (w work) leftBy(run Run) error {
	if slices.Contains(w.ends, run.State) {
		return nil
	}
	return fault.New(fault.Conflict, "Upgrade %s is %s", run.ID, run.State)
}

func (r *Runner) sleep(ctx context.Context) {
	timer := time.NewTimer(r.Poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
