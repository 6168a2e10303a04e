package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/httpapi"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/tracing"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/migrations"
)

const (
	name = "polder-api"

	catalogConnections = 4
	storeConnections   = 16 // of role api, per store
	shutdownTime       = 15 * time.Second
)

// Run serves until ctx ends, then drains: it is no longer ready, ends notifications,
// answers what is under way, and writes down what is left to write.
func Run(ctx context.Context, c Config) error {
	log, err := observe.NewLogger(c.LogLevel)
	if err != nil {
		return err
	}
	defer func() { _ = log.Sync() }() // standard error cannot always be synced
	traces, err := tracing.Start(ctx, c.Traces, name, observe.Version())
	if err != nil {
		return err
	}
	defer traces.Stop()
	pool, err := pg.Open(ctx, pg.Config{
		URL: c.CatalogURL, Role: pg.API, MaxConnections: catalogConnections, Name: name,
		Accept: c.Windows.Of(migrations.Catalog).Accept, Tracer: traces.Statements(),
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	p := newProcess(c, outside{pool, log, traces})
	defer p.stop()
	if c.TLSCert != "" {
		if p.certificate, err = loadCertificate(c.TLSCert, c.TLSKey, log); err != nil {
			return err
		}
	}
	if err := p.start(ctx); err != nil {
		return err
	}
	return p.serve(ctx)
}

// process is the parts of one running api.
type process struct {
	config    Config
	log       *zap.Logger
	directory *tenant.Directory
	pools     *tenant.Pools
	stores    *stores
	commands  *command.Handler
	api       *httpapi.Server

	certificate *shownCertificate // nil: plain HTTP
}

// outside is what a process works with that is made before it.
type outside struct {
	catalog *pgxpool.Pool
	log     *zap.Logger
	traces  *tracing.Tracing
}

func newProcess(c Config, o outside) *process {
	catalog, log := o.catalog, o.log
	registry := observe.NewRegistry("api", observe.Version())
	loops := observe.NewLoops(nil)
	registry.MustRegister(loops)
	p := &process{config: c, log: log}
	p.directory = tenant.NewDirectory(tenant.DirectoryConfig{Pool: catalog, Keys: true, Log: log, Beat: loops.Loop("directory").Beat})
	p.pools = tenant.NewPools(p.directory, tenant.PoolsConfig{
		Login: c.StoreLogin, Password: c.StorePassword, Name: name,
		Max:    map[pg.Role]int32{pg.API: storeConnections, pg.Appender: 4, pg.Watcher: 3},
		Accept: c.Windows.Of(migrations.Store).Accept, Tracer: o.traces.Statements(),
	})
	registry.MustRegister(p.directory, p.pools, upgrade.NewGauges(catalog))
	p.stores = &stores{
		directory: p.directory, pools: p.pools, heads: notify.NewTopic(), applied: notify.NewTopic(),
		registry: registry, loops: loops, log: log, traces: o.traces, open: map[string]*openStore{},
	}
	releases := release.New(catalog)
	releases.Idle = c.ReleaseIdle
	registry.MustRegister(releases)
	p.commands = command.NewHandler(command.Config{
		Releases: releases, Accounts: p.directory, Appended: p.stores.heads.Publish, Log: log, Tracing: o.traces, Beat: loops.Loop("snapshots").Beat,
		Within: projection.NewSyncs(releases).Within,
		Stores: func(ctx context.Context, id string) (command.Store, error) { return p.stores.get(ctx, id) },
	})
	p.api = httpapi.New(httpapi.Config{
		Keys: p.directory, Budgets: tenant.NewBudgets(tenant.BudgetsConfig{}), Commands: p.commands, Releases: releases,
		Queries:  query.NewHandler(query.Config{Accounts: p.directory, Pools: p.stores, Releases: releases, Applied: p.stores.applied}),
		Events:   func(ctx context.Context, id string) (httpapi.Events, error) { return p.stores.get(ctx, id) },
		Cursors:  p.stores.cursors,
		Applied:  p.stores.applied,
		Registry: registry, Ready: map[string]observe.Check{"stores": p.pools.Ready}, Log: log, Tracing: o.traces, Pprof: c.Pprof,
	})
	return p
}

// start loads the catalog and opens the stores. Stores that are away do not stop it; one that
// answers and is of a version on which this binary does not work does.
func (p *process) start(ctx context.Context) error {
	if err := p.directory.Start(ctx); err != nil {
		return err
	}
	if err := p.stores.accept(ctx); err != nil {
		return err
	}
	p.commands.Start()
	return p.stores.openAll(ctx)
}

func (p *process) stop() {
	p.commands.Stop()
	p.stores.close()
	p.directory.Stop()
	p.pools.Close()
}

func (p *process) serve(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.config.Listen)
	if err != nil {
		return err
	}
	server := p.api.HTTPServer()
	serve := server.Serve
	if p.certificate != nil {
		server.TLSConfig = p.certificate.config()
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	served := make(chan error, 1)
	go func() { served <- serve(listener) }()
	p.log.Info("serving", zap.Stringer("address", listener.Addr()), zap.Int("accounts", len(p.directory.Accounts())))
	if p.config.Serving != nil {
		p.config.Serving(listener.Addr())
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return p.shutdown(server)
	}
}

// shutdown goes on serving for the drain delay, in which load balancers see that this
// process is not ready, and then answers what is under way.
func (p *process) shutdown(server *http.Server) error {
	p.log.Info("draining")
	p.api.Leave()
	time.Sleep(p.config.DrainDelay)
	p.api.Drain()
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(err, server.Close())
	}
	return err
}
