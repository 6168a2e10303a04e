package upgrade

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// The states of a run.
const (
	Planned     = "planned"
	Running     = "running"
	Paused      = "paused"
	Grace       = "grace" // all accounts run on the release, and can go back
	RollingBack = "rolling back"
	Done        = "done"
	RolledBack  = "rolled back" // of a run, and of an account
)

// The states of an account in a run.
const (
	Pending    = "pending"
	Building   = "building"
	Verified   = "verified"
	OnRelease  = "switched"
	Contracted = "contracted"
	Failed     = "failed"
)

// Run is an upgrade of accounts to a release.
type Run struct {
	ID        string          `json:"id"`
	Release   string          `json:"release"` // digest
	Version   string          `json:"version"`
	State     string          `json:"state"`
	Waves     []int           `json:"waves"`    // accounts in each
	OpenWave  int             `json:"openWave"` // the last one that is let in, from 0
	Throttle  float64         `json:"throttle"` // events per second and worker; zero: as fast as it goes
	Plan      json.RawMessage `json:"plan"`
	CreatedBy string          `json:"createdBy"`
	CreatedAt time.Time       `json:"createdAt"`
	StartedAt *time.Time      `json:"startedAt,omitempty"`
	EndedAt   *time.Time      `json:"endedAt,omitempty"`
	Waits     string          `json:"waits,omitempty"` // for what the next wave does
}

// Account is how far an account is in a run.
type Account struct {
	ID               uuid.UUID  `json:"accountId"`
	Name             string     `json:"account"`
	StoreID          string     `json:"storeId"`
	Wave             int        `json:"wave"`
	From             string     `json:"from"`           // digest
	To               string     `json:"to"`             // digest: the run's release, or the same as read from where the account is
	Back             *string    `json:"back,omitempty"` // digest of the release that leads back; nil: none does
	State            string     `json:"state"`
	Events           int64      `json:"events"` // when it was planned
	EventsRead       int64      `json:"eventsRead"`
	RowsWritten      int64      `json:"rowsWritten"`
	TablesBuilt      int        `json:"tablesBuilt"`
	PauseMS          *float64   `json:"pauseMs,omitempty"`          // how long its appends waited at most
	SwitchedAtNumber *int64     `json:"switchedAtNumber,omitempty"` // the last event from before
	Error            string     `json:"error,omitempty"`
	ClaimedBy        string     `json:"claimedBy,omitempty"`
	StartedAt        *time.Time `json:"startedAt,omitempty"`
	ChangedAt        time.Time  `json:"changedAt"`
}

// Runs are the upgrades that the catalog knows.
type Runs struct{ pool *pgxpool.Pool }

// NewRuns returns the runs in the catalog behind the pool, whose role is admin.
func NewRuns(pool *pgxpool.Pool) *Runs { return &Runs{pool} }

// Get returns the run, or NotFound.
func (r *Runs) Get(ctx context.Context, id string) (Run, error) { return r.get(ctx, id, true) }

// bare is Get without the plan, for who asks again and again.
func (r *Runs) bare(ctx context.Context, id string) (Run, error) { return r.get(ctx, id, false) }

func (r *Runs) get(ctx context.Context, id string, plan bool) (Run, error) {
	rows, _ := r.pool.Query(ctx, runSQL, id, plan)
	run, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Run])
	if errors.Is(err, pgx.ErrNoRows) {
		return Run{}, fault.New(fault.NotFound, "There is no upgrade %q", id)
	}
	return run, pg.Fault(err)
}

// All returns the runs, the newest first.
func (r *Runs) All(ctx context.Context) ([]Run, error) {
	rows, _ := r.pool.Query(ctx, runSQL, nil, true)
	runs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Run])
	return runs, pg.Fault(err)
}

// Standing is how an upgrade stands that has begun and not come to rest.
type Standing struct {
	ID      string
	Version string // of the release that it goes to
	State   string
	Waits   string        // for what the next wave does
	Idle    time.Duration // since anything worked on it; zero: something does
	Between int           // accounts that are between two releases
	Failed  int           // accounts
}

// Standing returns the upgrades that have begun and not come to rest, the oldest first.
func (r *Runs) Standing(ctx context.Context) ([]Standing, error) {
	rows, _ := r.pool.Query(ctx, standingSQL) // CollectRows returns the query's error
	standing, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Standing, err error) {
		var idle float64
		err = row.Scan(&s.ID, &s.Version, &s.State, &s.Waits, &idle, &s.Between, &s.Failed)
		s.Idle = time.Duration(idle * float64(time.Second))
		return s, err
	})
	return standing, pg.Fault(err)
}

// Accounts returns the run's accounts in the order of the run.
func (r *Runs) Accounts(ctx context.Context, id string) ([]Account, error) {
	rows, _ := r.pool.Query(ctx, accountsSQL, id)
	accounts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Account])
	return accounts, pg.Fault(err)
}

// Planning is a run to be entered.
type Planning struct {
	ID       string
	Release  string // digest
	Waves    []int
	Throttle float64
	Plan     json.RawMessage
	By       string
	Accounts []Account // ID, Wave, From, To, Back and Events, in the order of the run
}

// Create enters the run. Conflict: the id is taken. Precondition: a release that it leads to, or back to, was withdrawn.
func (r *Runs) Create(ctx context.Context, p Planning) error {
	var ids []uuid.UUID
	var waves []int
	var from, to, back []string
	var events []int64
	for _, a := range p.Accounts {
		ids, waves, events = append(ids, a.ID), append(waves, a.Wave), append(events, a.Events)
		from, to = append(from, a.From), append(to, a.To)
		leads := ""
		if a.Back != nil {
			leads = *a.Back
		}
		back = append(back, leads)
	}
	err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		if err := tenant.HoldReleases(ctx, tx, slices.Concat(to, back, []string{p.Release})...); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, createSQL, p.ID, p.Release, p.Waves, p.Throttle, p.Plan, p.By); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, createAccountsSQL, p.ID, ids, waves, from, to, back, events)
		return err
	})
	if pg.Violates(err, "upgrades_pkey") {
		return fault.Wrap(err, fault.Conflict, "There is an upgrade %q already", p.ID)
	}
	return pg.Fault(err)
}

// SetState changes the run's state; Conflict when it is in none of the states before.
func (r *Runs) SetState(ctx context.Context, id, state string, before ...string) error {
	tag, err := r.pool.Exec(ctx, setStateSQL, id, state, before)
	if err != nil || tag.RowsAffected() == 1 {
		return pg.Fault(err)
	}
	run, err := r.Get(ctx, id)
	if err != nil || run.State == state {
		return err
	}
	return fault.New(fault.Conflict, "Upgrade %s is %s, and cannot become %s", id, run.State, state)
}

// waits notes for what the next wave waits.
func (r *Runs) waits(ctx context.Context, id, text string) error {
	_, err := r.pool.Exec(ctx, waitsSQL, id, text)
	return pg.Fault(err)
}

// SetThrottle bounds the events per second that each worker's builds read; zero: not at all.
func (r *Runs) SetThrottle(ctx context.Context, id string, perSecond float64) error {
	tag, err := r.pool.Exec(ctx, setThrottleSQL, id, perSecond)
	if err == nil && tag.RowsAffected() == 0 {
		return fault.New(fault.NotFound, "There is no upgrade %q", id)
	}
	return pg.Fault(err)
}

// tally is how many accounts of each wave are in each state.
func (r *Runs) tally(ctx context.Context, id string) (map[int]map[string]int, error) {
	rows, err := r.pool.Query(ctx, tallySQL, id)
	if err != nil {
		return nil, err
	}
	waves := map[int]map[string]int{}
	var wave, n int
	var state string
	_, err = pgx.ForEachRow(rows, []any{&wave, &state, &n}, func() error {
		if waves[wave] == nil {
			waves[wave] = map[string]int{}
		}
		waves[wave][state] = n
		return nil
	})
	return waves, err
}
