package build

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

// DefaultBudget is how many bytes of folded states a build keeps in memory.
const DefaultBudget = 256 << 20

const defaultPageEvents = 500

// Config is what builds need of the process they run in.
type Config struct {
	Builder    *pgxpool.Pool     // role builder; a build takes up to three connections
	Owner      *pgxpool.Pool     // role owner; makes the tables beside live ones
	Budget     int               // bytes of folded states; zero: DefaultBudget
	PageEvents int               // of a page of the catch-up, a quarter of one of the proof; zero: 500
	Together   int               // units from which on those with few events are built together; zero: 16
	Plans      *projection.Plans // shared by builds of many accounts; nil: a plan for this one
	Throttle   *Throttle         // nil: as fast as it goes
	Progress   func(Progress)
	Clock      func() time.Time
}

// Job is what to build.
type Job struct {
	AccountID   uuid.UUID
	Release     *model.Release   // the account's, or the one that it is about to run on
	Beside      []*model.Release // others that it has tables of, whose copies follow as well
	Projections []string         // empty: what the account has no live rows of
	All         bool             // instead: all projections of the release

	// Ahead builds from another generation of the account's history than the one in use, and makes
	// nothing live: the units wait at a number, for a projection.Handover. Nil: from the one in use.
	Ahead *Ahead
}

// Ahead is a generation of a history that is about to be used.
type Ahead struct {
	Generation int
	Until      int64 // the last event to be taken in; not beyond the live cursor
}

// Result is the outcome for one unit.
type Result struct {
	Projection     string       `json:"projection"` // the source; what it feeds is built with it
	Table          string       `json:"table"`
	Live           bool         `json:"live"`             // it was built and joined
	Ready          bool         `json:"ready,omitempty"`  // it was built ahead, and waits to be joined
	SequenceNumber int64        `json:"sequenceNumber"`   // at which it joined
	Rows           int64        `json:"rows"`             // of all its tables, as proven
	Seeded         bool         `json:"seeded"`           // its rows were made of those of an older table
	EventsRead     int64        `json:"eventsRead"`       // by folds; what was read for several units counts for the first
	EventsProven   int64        `json:"eventsProven"`     // read by the proof
	StatesRead     int64        `json:"statesRead"`       // archived states that folds read in the place of events
	StatesProven   int64        `json:"statesProven"`     // and that the proof took as they are
	Digest         string       `json:"digest,omitempty"` // of these rows, the same for the same rows
	Replaced       int64        `json:"replaced"`         // live rows that differed
	Error          string       `json:"error,omitempty"`  // why it did not join
	Differences    []Difference `json:"differences,omitempty"`
	Timing         Timing       `json:"timing"`
}

// Timing says where the time went, in seconds. Read, fold and write overlap: they are measured apart.
type Timing struct {
	Read    float64 `json:"readSeconds"`  // waited for events
	Fold    float64 `json:"foldSeconds"`  // took events in
	Write   float64 `json:"writeSeconds"` // made rows and copied them in
	CatchUp float64 `json:"catchUpSeconds"`
	Prove   float64 `json:"proveSeconds"`
	Join    float64 `json:"joinSeconds"`
}

// build is one run of a job.
type build struct {
	Config
	job   Job
	plan  *projection.Plan
	at    standing // when the units were entered
	units []*unit
	gate  *gate
}

// Run builds what the job says, or goes on with what an earlier run of it began. A unit that
// fails does not keep the others: its Result says why. Errors: NotFound (no such projection,
// or the account is not on this store), Conflict (another build works on the same).
func Run(ctx context.Context, c Config, job Job) ([]Result, error) {
	if c.Budget == 0 {
		c.Budget = DefaultBudget
	}
	if c.PageEvents == 0 {
		c.PageEvents = defaultPageEvents
	}
	if c.Progress == nil {
		c.Progress = func(Progress) {}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Together == 0 {
		c.Together = TogetherFrom
	}
	b := &build{Config: c, job: job}
	if c.Plans == nil {
		b.plan = projection.NewPlan(job.Release, job.Beside...)
	} else {
		b.plan = c.Plans.Of(job.Release, job.Beside...)
	}
	b.gate = newGate(b)
	if err := b.register(ctx); err != nil {
		return nil, pg.Fault(err)
	}
	if err := b.together(ctx); err != nil {
		return b.results(), pg.Fault(err)
	}
	b.findSeeds()
	for _, wave := range b.waves() {
		if err := b.runWave(ctx, wave); err != nil {
			return b.results(), pg.Fault(err)
		}
	}
	return b.results(), nil
}

// generation is the one that events are read of; nil: the one in use.
func (b *build) generation() *int {
	if b.job.Ahead == nil {
		return nil
	}
	return &b.job.Ahead.Generation
}

func (b *build) results() []Result {
	results := make([]Result, len(b.units))
	for i, u := range b.units {
		results[i] = u.result
	}
	return results
}

// runWave folds units together and then ends them one by one.
func (b *build) runWave(ctx context.Context, wave []*unit) error {
	for {
		together := foldedTogether(wave)
		if len(together) == 0 {
			break
		}
		if err := b.fold(ctx, together); err != nil && !errors.Is(err, errAside) { // the next pass waits at the gate
			return err
		}
	}
	for _, u := range wave {
		if err := b.end(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// end takes a folded unit to the live cursor. What the unit is to blame for fails it alone.
func (b *build) end(ctx context.Context, u *unit) error {
	for u.phase != phaseFailed && !u.result.Live && !u.result.Ready {
		step := map[string]func(context.Context, *unit) error{
			phaseChain: b.chain, phaseCatchUp: b.catchUp, phaseProve: b.proveAndJoin}[u.phase]
		err := step(ctx, u)
		if errors.Is(err, errAside) {
			err = b.again(ctx, u)
		}
		if err != nil && (fault.Is(err, fault.Rejected) || isToBlame(err) || errors.As(err, new(*differError))) {
			err = b.fail(ctx, u, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// again has the unit's step begin anew. Time has passed: what was to be proven catches up before.
func (b *build) again(ctx context.Context, u *unit) error {
	if u.phase != phaseProve {
		return nil
	}
	return b.move(ctx, b.Builder, u, phaseCatchUp)
}

// foldedTogether returns units that still have to be folded and stand at the same place, so
// that one read of the events feeds them all.
func foldedTogether(wave []*unit) (together []*unit) {
	for _, u := range wave {
		if u.phase != phaseFold {
			continue
		}
		if len(together) == 0 || together[0].until == u.until && together[0].from == u.from {
			together = append(together, u)
		}
	}
	return together
}
