package main

import (
	"context"
	"fmt"
	"os"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
)

func (a *app) upgradeCommand() *cobra.Command {
	return group("upgrade", "Take accounts to another release, in waves, and back",
		a.upgradePlanCommand(), a.upgradeRunCommand(), a.upgradeStatusCommand(),
		a.upgradeSteering("pause", "Have the run's processes wait", upgrade.Paused, upgrade.Running),
		a.upgradeSteering("resume", "Let a paused run go on", upgrade.Running, upgrade.Paused),
		a.upgradeThrottleCommand(), a.upgradeRollbackCommand(), a.upgradeContractCommand())
}

// runsOf are the runs that the catalog knows.
func (a *app) runsOf(ctx context.Context) (*upgrade.Runs, error) {
	pool, err := a.catalogPool(ctx)
	if err != nil {
		return nil, err
	}
	return upgrade.NewRuns(pool), nil
}

// openPools are the pools of all stores, opened ahead for workers.
type openPools map[string]map[pg.Role]*pgxpool.Pool

// Pool implements projection.Pools.
func (p openPools) Pool(_ context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error) {
	if pool := p[storeID][role]; pool != nil {
		return pool, nil
	}
	return nil, fault.New(fault.NotFound, "There is no store %q", storeID)
}

// openStores opens what upgrades need of each store.
func (a *app) openStores(ctx context.Context) (openPools, error) {
	stores, err := a.stores(ctx)
	if err != nil {
		return nil, err
	}
	pools := openPools{}
	for _, store := range stores {
		pools[store.ID] = map[pg.Role]*pgxpool.Pool{}
		for _, role := range []pg.Role{pg.Admin, pg.Builder, pg.Owner} {
			if pools[store.ID][role], err = a.storePool(ctx, store, role); err != nil {
				return nil, err
			}
		}
	}
	return pools, nil
}

// runnerFlags is how a process works on a run.
type runnerFlags struct {
	workers int
	gates   upgrade.Gates
}

func (f *runnerFlags) add(c *cobra.Command) {
	workersOf(c, &f.workers, "accounts at a time")
}

// means is what planning and running an upgrade work with.
type means struct {
	pools   openPools
	library *release.Library
	catalog *tenant.Catalog
}

// means opens it for so many workers.
func (a *app) means(ctx context.Context, workers int) (m means, err error) {
	a.builders = workers
	if m.pools, err = a.openStores(ctx); err != nil {
		return m, err
	}
	if m.library, err = a.library(ctx); err != nil {
		return m, err
	}
	m.catalog, err = a.catalog(ctx)
	return m, err
}

// runner returns what works on the run in this process.
func (a *app) runner(ctx context.Context, id string, f runnerFlags) (*upgrade.Runner, error) {
	runs, err := a.runsOf(ctx)
	if err != nil {
		return nil, err
	}
	m, err := a.means(ctx, f.workers)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // for people; the id tells processes apart
	return upgrade.NewRunner(runs, upgrade.Config{
		ID: id, Name: fmt.Sprintf("%s %.8s", host, uuid.NewString()), Catalog: m.catalog, Pools: m.pools, Releases: m.library,
		Workers: f.workers, Gates: f.gates, Clock: a.Now, Told: func(line string) { a.note("%s", line) },
	}), nil
}

// upgradeSteering changes the run's state for all processes that work on it.
func (a *app) upgradeSteering(use, short, state string, before ...string) *cobra.Command {
	return &cobra.Command{
		Use: use + " UPGRADE", Args: takes("UPGRADE"), Short: short,
		Long:    "The processes that work on the run hear of it within a second. An account that is being built is given back, and gone on with where it was.",
		Example: "  admin upgrade " + use + " 2026.12.1-1",
		RunE: a.run(func(ctx context.Context, args []string) error {
			runs, err := a.runsOf(ctx)
			if err != nil {
				return err
			}
			c := &change{action: "upgrade " + use, parameters: map[string]any{"upgrade": args[0]}}
			if err := a.record(ctx, c, func() error { return runs.SetState(ctx, args[0], state, before...) }); err != nil {
				return advise(err, "upgrade "+args[0], "admin upgrade status")
			}
			return a.showUpgrade(ctx, args[0])
		}),
	}
}

func (a *app) upgradeThrottleCommand() *cobra.Command {
	var perSecond float64
	throttle := &cobra.Command{
		Use: "throttle UPGRADE", Args: takes("UPGRADE"), Short: "Bound how many events per second each worker reads",
		Example: "  admin upgrade throttle 2026.12.1-1 --events 5000\n  admin upgrade throttle 2026.12.1-1 --events 0",
	}
	throttleFlag(throttle, &perSecond, "events", "events per second and worker (0: as many as there are)")
	throttle.RunE = a.run(func(ctx context.Context, args []string) error {
		runs, err := a.runsOf(ctx)
		if err != nil {
			return err
		}
		c := &change{action: "upgrade throttle", parameters: map[string]any{"upgrade": args[0], "events": perSecond}}
		if err := a.record(ctx, c, func() error { return runs.SetThrottle(ctx, args[0], perSecond) }); err != nil {
			return advise(err, "upgrade "+args[0], "admin upgrade status")
		}
		return a.showUpgrade(ctx, args[0])
	})
	return throttle
}
