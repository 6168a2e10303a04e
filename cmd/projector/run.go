package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/tracing"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/migrations"
)

const (
	processName = "polder-projector"
	// catalogConnections are for the directory and for loading releases.
	catalogConnections = 4
	// watcherConnections are two for the link, one for the sealer, and four for scrapes, which ask four things at once: who
	// waited for another would be counted as waiting by the scrape itself. Per store.
	watcherConnections = 7
	// auditConnections is one more in role projector, so that the auditor keeps no worker waiting.
	auditConnections = 1
	// sealConnections is one more still, for the sealer.
	sealConnections = 1
	// builderConnections is one for events that are written back, where that is wanted.
	builderConnections = 1
	// stopTime is how long the last scrape is waited for.
	stopTime = 2 * time.Second
)

// Run runs a projector until ctx ends, and returns when everything has stopped in order.
// The catalog must answer at the start; stores and, later, the catalog may be away.
func Run(ctx context.Context, c Config) error {
	log, err := observe.NewLogger(c.LogLevel)
	if err != nil {
		return err
	}
	defer func() { _ = log.Sync() }() // standard error cannot always be synced
	traces, err := tracing.Start(ctx, c.Traces, processName, observe.Version())
	if err != nil {
		return err
	}
	defer traces.Stop()
	catalog, err := pg.Open(ctx, pg.Config{
		URL: c.CatalogURL, Role: pg.Projector, MaxConnections: catalogConnections, Name: processName,
		Accept: c.Windows.Of(migrations.Catalog).Accept,
	})
	if err != nil {
		return err
	}
	defer catalog.Close()

	registry := observe.NewRegistry("projector", observe.Version())
	loops := observe.NewLoops(time.Now)
	directory := tenant.NewDirectory(tenant.DirectoryConfig{Pool: catalog, Log: log, Beat: loops.Loop("directory").Beat})
	pools := tenant.NewPools(directory, tenant.PoolsConfig{
		Login: c.StoreLogin, Password: c.StorePassword, Name: processName,
		Max:    map[pg.Role]int32{pg.Projector: int32(c.Workers) + auditConnections + sealConnections, pg.Watcher: watcherConnections, pg.Builder: builderConnections},
		Accept: c.Windows.Of(migrations.Store).Accept, Tracer: traces.Statements(),
	})
	defer pools.Close()
	heads, applied := notify.NewTopic(), notify.NewTopic()
	links := &links{directory: directory, pools: pools, heads: heads, applied: applied, log: log, loops: loops,
		changed: make(chan struct{}, 1), open: map[string]*notify.Link{}}
	directory.OnChange(links.look)
	if err := directory.Start(ctx); err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	defer directory.Stop()
	if err := links.accept(ctx); err != nil {
		return err
	}

	releases := release.New(catalog)
	releases.Idle = c.ReleaseIdle
	projector := projection.New(projection.Config{
		Pools: pools, Accounts: directory, Releases: releases, Stores: directory.Stores, Heads: heads, Applied: applied,
		Workers: c.Workers, PageEvents: c.PageEvents, Log: log, Metrics: registry, Loops: loops, Tracing: traces,
	})
	if err := projector.Start(ctx); err != nil {
		return err
	}
	defer links.stop() // after the projector, whose last signals it carries
	defer projector.Stop()
	links.start(ctx)
	for _, w := range background(c, parts{pools, directory, releases, registry, loops, log}) {
		if err := w.Start(ctx); err != nil {
			return err
		}
		defer w.Stop()
	}
	stores, watcher := watched(directory, pools)
	registry.MustRegister(loops, directory, pools, releases, projection.NewLags(pools, directory.Stores), build.NewGauges(pools, directory.Stores),
		upgrade.NewGauges(catalog), pg.NewStats(stores, watcher), migrations.NewVersions(catalog, stores, watcher))
	return serve(ctx, c, log, observe.ServerConfig{
		Listen: c.Listen, Registry: registry, Pprof: c.Pprof, Ready: map[string]observe.Check{"catalog": catalog.Ping, "stores": pools.Ready},
	})
}

// parts are what workers share.
type parts struct {
	pools     *tenant.Pools
	directory *tenant.Directory
	releases  *release.Library
	registry  *prometheus.Registry
	loops     *observe.Loops
	log       *zap.Logger
}

// worker does its work from Start to Stop.
type worker interface {
	Start(ctx context.Context) error
	Stop()
}

// background are the workers that have time, each at a rate of its own; a rate of 0 leaves
// one out.
func background(c Config, p parts) (all []worker) {
	if c.AuditRate > 0 {
		all = append(all, audit.New(audit.Config{
			Pools: p.pools, Accounts: p.directory, Releases: p.releases, Stores: p.directory.Stores,
			Rate: c.AuditRate, Mending: c.AutoRepair, Log: p.log, Metrics: p.registry, Loops: p.loops,
		}))
	}
	if c.SealRate > 0 {
		all = append(all, seal.New(seal.Config{
			Pools: p.pools, Stores: p.directory.Stores, Rate: c.SealRate, Log: p.log, Metrics: p.registry, Loops: p.loops,
		}))
	}
	if c.WriteBackRate > 0 {
		all = append(all, upgrade.NewWriteBack(upgrade.WriteBackConfig{
			Pools: p.pools, Releases: p.releases, Stores: p.directory.Stores,
			Rate: c.WriteBackRate, Log: p.log, Metrics: p.registry, Loops: p.loops,
		}))
	}
	return all
}

// watched gives collectors the stores and how to ask them.
func watched(directory *tenant.Directory, pools *tenant.Pools) (stores func() []string, pool func(context.Context, string) (*pgxpool.Pool, error)) {
	stores = func() (ids []string) {
		for _, s := range directory.Stores() {
			ids = append(ids, s.ID)
		}
		return ids
	}
	return stores, func(ctx context.Context, store string) (*pgxpool.Pool, error) {
		return pools.Pool(ctx, store, pg.Watcher)
	}
}

// serve shows metrics and health until ctx ends.
func serve(ctx context.Context, c Config, log *zap.Logger, shown observe.ServerConfig) error {
	server := observe.NewServer(shown)
	if err := server.Start(ctx); err != nil {
		return err
	}
	log.Info("projector runs", zap.String("version", observe.Version()), zap.Stringer("listen", server.Addr()), zap.Int("workers", c.Workers))
	if c.Started != nil {
		c.Started(server.Addr())
	}
	<-ctx.Done()
	log.Info("projector stops")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	return server.Stop(stopping)
}
