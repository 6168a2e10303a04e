package drill

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/rs/zerolog"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

const (
	// Database is that of catalog and store.
	Database = "drill"
	storeID  = "main"
	outDir   = "bench/out"
)

// Config says what a site consists of.
type Config struct {
	Name       string // of the drill
	APIs       int
	Projectors int
	Tables     string // a folder, the server's user's own, for the database's tables; empty: where the server has them
	Network    bool   // processes reach PostgreSQL through a network that can be broken
}

// Site is an installation: a PostgreSQL with catalog and store, apis and projectors.
type Site struct {
	Config
	Logs       string // folder
	APIs       []*Process
	Projectors []*Process
	Network    *toxiproxy.Proxy // nil without one
	Pool       *pgxpool.Pool    // of role admin; these two know of no broken network
	Builder    *pgxpool.Pool
	Catalog    *tenant.Catalog

	dir   string
	out   io.Writer
	began time.Time

	mu     sync.Mutex
	server *pgserver.Server
}

// Say prints a line with the time since the drill began.
func (s *Site) Say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, "%6.1f s  %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
}

// Open starts the server and makes the databases' schemas.
func Open(ctx context.Context, out io.Writer, c Config) (*Site, error) {
	s := &Site{Config: c, out: out, began: time.Now(), Logs: filepath.Join(outDir, c.Name)}
	if err := s.open(ctx); err != nil {
		s.Close(ctx)
		return nil, err
	}
	return s, nil
}

func (s *Site) open(ctx context.Context) error {
	if err := os.RemoveAll(s.Logs); err != nil {
		return err
	}
	if err := os.MkdirAll(s.Logs, 0o755); err != nil {
		return err
	}
	s.Say("the logs of all processes are in %s", s.Logs)
	var err error
	if s.dir, err = os.MkdirTemp("", "polder-drill-"); err != nil {
		return err
	}
	if err := os.Chmod(s.dir, 0o755); err != nil { // the server may run as another user
		return err
	}
	if err := s.StartServer(ctx); err != nil {
		return err
	}
	if err := s.createDatabase(ctx); err != nil {
		return err
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	return s.furnish()
}

func (s *Site) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.server.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	statements := []string{"CREATE DATABASE " + Database}
	if s.Tables != "" {
		statements = []string{"CREATE TABLESPACE drill LOCATION '" + s.Tables + "'", "CREATE DATABASE " + Database + " TABLESPACE drill"}
	}
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	for _, schema := range []migrations.Schema{migrations.Catalog, migrations.Store} {
		if err := migrations.Up(ctx, s.URL(), schema); err != nil {
			return err
		}
	}
	return nil
}

// connect opens the drill's own connections, and the network for those of the processes.
func (s *Site) connect(ctx context.Context) (err error) {
	for role, pool := range map[pg.Role]**pgxpool.Pool{pg.Admin: &s.Pool, pg.Builder: &s.Builder} {
		if *pool, err = pg.Open(ctx, pg.Config{URL: s.URL(), Role: role, MaxConnections: 4, Name: "drill"}); err != nil {
			return err
		}
	}
	s.Catalog = tenant.NewCatalog(s.Pool).As("drill")
	if s.Config.Network {
		proxies := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
		s.Network = toxiproxy.NewProxy(proxies, "postgres", "127.0.0.1:0", fmt.Sprintf("127.0.0.1:%d", s.server.Port))
		if err := s.Network.Start(); err != nil {
			return err
		}
	}
	return s.Catalog.AddStore(ctx, storeID, "postgres://"+s.host()+"/"+Database+"?sslmode=disable")
}

// furnish makes the processes, which do not run yet.
func (s *Site) furnish() error {
	for binary, processes := range map[string]*[]*Process{"api": &s.APIs, "projector": &s.Projectors} {
		number := s.Config.APIs
		if binary == "projector" {
			number = s.Config.Projectors
		}
		for n := range number {
			p, err := s.newProcess(binary, n)
			if err != nil {
				return err
			}
			*processes = append(*processes, p)
		}
	}
	return nil
}

// Processes are those of all kinds.
func (s *Site) Processes() []*Process {
	return append(append([]*Process{}, s.Projectors...), s.APIs...)
}

// StartProcesses starts all.
func (s *Site) StartProcesses(ctx context.Context) error {
	for _, p := range s.Processes() {
		if err := p.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Addresses are the URLs of the apis.
func (s *Site) Addresses() []string {
	var all []string
	for _, p := range s.APIs {
		all = append(all, p.URL)
	}
	return all
}

// StartServer starts PostgreSQL, again where it was, and waits until it takes connections.
func (s *Site) StartServer(ctx context.Context) error {
	return Until(ctx, "PostgreSQL", func() (bool, error) {
		server, err := pgserver.Start(ctx, pgserver.Config{Dir: filepath.Join(s.dir, "data")})
		if s.server == nil && err != nil {
			return false, err // it never ran: this does not mend itself
		}
		if err == nil {
			s.server = server
		}
		return err == nil, nil
	})
}

// KillServer ends PostgreSQL and all its backends as a crash does.
func (s *Site) KillServer() error { return s.server.Kill() }

// URL is the database's, for a superuser and past the network.
func (s *Site) URL() string { return s.server.URL(Database) }

// host is where processes reach the server.
func (s *Site) host() string {
	if s.Network != nil {
		return s.Network.Listen
	}
	return fmt.Sprintf("127.0.0.1:%d", s.server.Port)
}

// through is the database's URL for processes.
func (s *Site) through() string {
	return "postgres://" + pgserver.Superuser + "@" + s.host() + "/" + Database + "?sslmode=disable"
}

// Close ends everything and removes it, but for the logs.
func (s *Site) Close(ctx context.Context) {
	for _, p := range s.Processes() {
		p.Kill()
	}
	for _, pool := range []*pgxpool.Pool{s.Pool, s.Builder} {
		if pool != nil {
			pool.Close()
		}
	}
	if s.Network != nil {
		s.Network.Stop()
	}
	if s.server != nil {
		if text, err := os.ReadFile(s.server.LogFile()); err == nil {
			_ = os.WriteFile(filepath.Join(s.Logs, "postgresql.log"), text, 0o644) // it is only told
		}
		_ = s.server.Stop(context.WithoutCancel(ctx)) // its folder goes next
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}
