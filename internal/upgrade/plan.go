package upgrade

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/diff"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// Plan says what an upgrade takes, before anything is changed.
type Plan struct {
	ID           string           `json:"id"`
	Release      string           `json:"release"` // digest
	Version      string           `json:"version"`
	Routes       []Route          `json:"routes"` // one for each release that accounts come from
	Accounts     []PlannedAccount `json:"accounts"`
	Waves        []int            `json:"waves"` // accounts in each
	Events       int64            `json:"events"`
	EventsToRead int64            `json:"eventsToRead"`           // by builds; a rebuild of everything reads all Events
	StatesToRead int64            `json:"statesToRead,omitempty"` // by builds, in the place of events: of archived streams
	Rewritten    int64            `json:"eventsToRewrite,omitempty"`
	Tables       int              `json:"tables"`   // to fill, over all accounts
	Seconds      float64          `json:"seconds"`  // estimate
	Bytes        int64            `json:"bytes"`    // estimate, of the tables to fill
	Blockers     []string         `json:"blockers"` // nothing is run while there are any
	CheckedAt    time.Time        `json:"checkedAt"`
}

// Route is the way from one release, for all accounts on it.
type Route struct {
	From        string     `json:"from"` // digest
	FromVersion string     `json:"fromVersion"`
	To          string     `json:"to"`                  // digest of what its accounts run on after
	Back        string     `json:"back,omitempty"`      // digest of the release that leads back; empty: none does
	NoWayBack   string     `json:"noWayBack,omitempty"` // why none does
	OneWay      []string   `json:"oneWay"`              // events that end the way back once they are stored, each with the reason
	Rewrite     string     `json:"rewrite,omitempty"`   // the set for which histories are rewritten; empty: none is
	Diff        *diff.Diff `json:"diff"`
	Accounts    int        `json:"accounts"`

	from, to *model.Release
	units    []building // that the accounts lack
	tables   int        // of these, that the accounts lack
}

// PlannedAccount is one account of a plan.
type PlannedAccount struct {
	ID           uuid.UUID `json:"accountId"`
	Name         string    `json:"account"`
	StoreID      string    `json:"storeId"`
	Wave         int       `json:"wave"`
	From         string    `json:"from"`
	Events       int64     `json:"events"`
	EventsToRead int64     `json:"eventsToRead"`
	StatesToRead int64     `json:"statesToRead,omitempty"`
	Rewritten    int64     `json:"eventsToRewrite,omitempty"`
	Tables       int       `json:"tables"`
	Seconds      float64   `json:"seconds"` // estimate, with one worker
	Bytes        int64     `json:"bytes"`   // estimate, of the tables to fill
	Blockers     []string  `json:"blockers,omitempty"`
	Unreadable   []Decoded `json:"unreadable,omitempty"`

	pace     time.Duration     // of a small transaction on its store
	archived es.ArchivedCounts // what builds begin with
	handled  int64             // events that builds read, or that states stand for
}

// Ask says what is to be planned.
type Ask struct {
	Release  tenant.Release
	Accounts []tenant.Account
	Canaries []uuid.UUID // the first of the first wave
	Waves    []Wave
}

// Planner plans upgrades.
type Planner struct {
	Pools    projection.Pools
	Releases projection.Releases
	Route    func(ctx context.Context, from tenant.Account, to *model.Release) (Route, error) // as Router has it
	Workers  int                                                                              // accounts that are read at a time; zero: 2
	Progress func(done, total int)                                                            // accounts whose events were read; nil: nobody is told
	Clock    func() time.Time

	paces map[string]time.Duration // by store
}

// Plan reads every event of the accounts as the release does, and says what there is to do.
func (p Planner) Plan(ctx context.Context, ask Ask) (*Plan, error) {
	to, err := p.Releases.Get(ctx, ask.Release.Digest)
	if err != nil {
		return nil, err
	}
	plan := &Plan{Release: ask.Release.Digest, Version: ask.Release.Version, Routes: []Route{}, Accounts: []PlannedAccount{}, Blockers: []string{}, CheckedAt: p.Clock()}
	routes, err := p.routes(ctx, ask.Accounts, to)
	if err != nil {
		return nil, err
	}
	if p.paces, err = p.paceOf(ctx, ask.Accounts); err != nil {
		return nil, err
	}
	accounts, err := p.accounts(ctx, ask.Accounts, routes)
	if err != nil {
		return nil, err
	}
	plan.Accounts, plan.Waves = inWaves(accounts, ask)
	plan.sum(routes)
	return plan, nil
}

// routes finds the way from each release that the accounts are on. An account that is on the
// release has none.
func (p Planner) routes(ctx context.Context, accounts []tenant.Account, to *model.Release) (map[string]*Route, error) {
	routes := map[string]*Route{}
	for _, account := range accounts {
		known := routes[account.Release]
		if known == nil && account.Release != to.Digest() {
			route, err := p.Route(ctx, account, to)
			if err != nil {
				return nil, err
			}
			known = &route
			known.lacks()
			routes[account.Release] = known
		}
		if known != nil {
			known.Accounts++
		}
	}
	return routes, nil
}

// accounts looks at the accounts, some at a time.
func (p Planner) accounts(ctx context.Context, all []tenant.Account, routes map[string]*Route) ([]PlannedAccount, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	todo := make(chan tenant.Account)
	var mu sync.Mutex
	var planned []PlannedAccount
	var crew sync.WaitGroup
	for range max(p.Workers, 2) {
		crew.Go(func() {
			for account := range todo {
				one, err := p.account(ctx, account, routes[account.Release])
				if err != nil {
					cancel(fmt.Errorf("account %s: %w", account.Name, err))
				}
				mu.Lock()
				planned = append(planned, one)
				if p.Progress != nil {
					p.Progress(len(planned), len(all))
				}
				mu.Unlock()
			}
		})
	}
	for _, account := range all {
		if routes[account.Release] != nil && ctx.Err() == nil {
			todo <- account
		}
	}
	close(todo)
	crew.Wait()
	return planned, context.Cause(ctx)
}

// account says what one account takes.
func (p Planner) account(ctx context.Context, account tenant.Account, route *Route) (PlannedAccount, error) {
	found := PlannedAccount{ID: account.ID, Name: account.Name, StoreID: account.StoreID, From: account.Release, pace: p.paces[account.StoreID]}
	if account.State == tenant.Moving || account.State == tenant.Erased {
		found.Blockers = append(found.Blockers, "the account is "+string(account.State))
		return found, nil
	}
	admin, err := p.Pools.Pool(ctx, account.StoreID, pg.Admin)
	if err != nil {
		return found, err
	}
	on, err := projection.RunsOn(ctx, admin, account.ID)
	if err != nil {
		return found, err
	}
	if len(on) > 1 || len(on) == 1 && on[0] != account.Release {
		found.Blockers = append(found.Blockers, "it is between two releases: contract or roll back the upgrade that it is in")
	}
	builder, err := p.Pools.Pool(ctx, account.StoreID, pg.Builder)
	if err != nil {
		return found, err
	}
	if route.Rewrite != "" {
		err := p.rehearse(ctx, builder, &found, route)
		return found, err
	}
	if found.archived, err = es.CountArchived(ctx, builder, account.ID, route.archives()); err != nil {
		return found, err
	}
	began := p.Clock()
	decoded, err := Decode(ctx, builder, account.ID, route.to)
	if err != nil {
		return found, err
	}
	found.weigh(decoded, decoded, route, p.Clock().Sub(began))
	if err := found.disk(ctx, builder, route); err != nil {
		return found, err
	}
	if g := newGuards(Move{AccountID: account.ID, From: route.from, To: route.to}); g != nil && len(found.Unreadable) == 0 {
		if err := g.begin(ctx, builder); err != nil {
			return found, err
		}
		found.Blockers = append(found.Blockers, g.doubled()...)
	}
	return found, nil
}

// rehearse says what an account takes whose history is rewritten.
func (p Planner) rehearse(ctx context.Context, builder *pgxpool.Pool, found *PlannedAccount, route *Route) error {
	began := p.Clock()
	g, err := rewrittenGuards(Move{AccountID: found.ID, From: route.from, To: route.to}, route.Rewrite)
	if err != nil {
		return err
	}
	stored, becomes, err := rehearse(ctx, builder, found.ID, route, g)
	if err != nil {
		return err
	}
	took := p.Clock().Sub(began)
	found.weigh(stored, becomes, route, took)
	found.Rewritten, found.Seconds = found.Events, found.Seconds+costCopy*took.Seconds()
	if g != nil && len(found.Unreadable) == 0 {
		found.Blockers = append(found.Blockers, g.doubled()...)
	}
	return found.disk(ctx, builder, route)
}

// weigh adds what the account's events mean: as they are stored, and as they are built from.
func (f *PlannedAccount) weigh(stored, becomes []Decoded, route *Route, took time.Duration) {
	f.Tables = route.tables
	work := f.costOfStates(route.units)
	takes := make([]int64, len(route.units)) // events
	for _, d := range becomes {
		work += f.costOf(d, route.units, takes)
	}
	for _, d := range stored {
		f.Events += d.Count
		if d.Failures > 0 {
			f.Unreadable = append(f.Unreadable, d)
			f.Blockers = append(f.Blockers, fmt.Sprintf("%d of %d %s (version %d) cannot be read, the first is event %d: %s",
				d.Failures, d.Count, d.Event, d.Version, d.First, d.Error))
		}
	}
	perEvent := took.Seconds() / float64(max(f.Events, 1))
	f.Seconds = took.Seconds() + perEvent*float64(f.EventsToRead+f.StatesToRead+work) + f.pace.Seconds()*float64(paceAccount+paceOfUnits(takes, route.Rewrite == ""))
}

// lacks finds the units with tables that the release before has not. Old rows say nothing of another
// history.
func (r *Route) lacks() {
	missing := map[string]bool{}
	for _, table := range without(r.to, r.from) {
		missing[table] = true
	}
	for _, u := range projection.NewPlan(r.to).Units() {
		if slices.ContainsFunc(u.Tables(), func(table string) bool { return missing[table] }) {
			var seed *model.Seed
			if old := r.from.Projection(u.Root.Projection.Name); old != nil && r.Rewrite == "" {
				seed = model.NewSeed(old, u.Root.Projection)
			}
			r.units = append(r.units, newBuilding(u, seed))
		}
	}
	r.tables = len(missing)
}

// sum adds up what the accounts take.
func (p *Plan) sum(routes map[string]*Route) {
	for _, route := range routes {
		for _, r := range route.Diff.Refusals {
			p.Blockers = append(p.Blockers, fmt.Sprintf("from %s: %s (%s)", route.FromVersion, r.What, r.Place))
		}
		p.Routes = append(p.Routes, *route)
	}
	slices.SortFunc(p.Routes, func(a, b Route) int { return b.Accounts - a.Accounts })
	for _, a := range p.Accounts {
		p.Events += a.Events
		p.EventsToRead += a.EventsToRead
		p.StatesToRead += a.StatesToRead
		p.Rewritten += a.Rewritten
		p.Tables += a.Tables
		p.Seconds += a.Seconds
		p.Bytes += a.Bytes
		for _, blocker := range a.Blockers {
			p.Blockers = append(p.Blockers, "account "+a.Name+": "+blocker)
		}
	}
}

// Planning returns the plan as a run to be entered. Rejected: something blocks it.
func (p *Plan) Planning(by string, text []byte) (Planning, error) {
	if len(p.Blockers) > 0 {
		return Planning{}, fault.New(fault.Rejected, "%d things block the upgrade; the first: %s", len(p.Blockers), p.Blockers[0])
	}
	routes := map[string]Route{}
	for _, r := range p.Routes {
		routes[r.From] = r
	}
	run := Planning{ID: p.ID, Release: p.Release, Waves: p.Waves, Plan: text, By: by}
	for _, a := range p.Accounts {
		route := routes[a.From]
		entered := Account{ID: a.ID, Wave: a.Wave, From: a.From, To: route.To, Events: a.Events}
		if route.Back != "" {
			entered.Back = &route.Back
		}
		run.Accounts = append(run.Accounts, entered)
	}
	return run, nil
}
