package drill

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/migrations"
)

const (
	database = "drill"
	storeID  = "main"
)

// site is an installation: a PostgreSQL with catalog and store, an api and a projector.
type site struct {
	settings
	dir       string
	out       io.Writer
	began     time.Time
	server    *pgserver.Server
	api       *process
	projector *process
	pool      *pgxpool.Pool // of role admin
	builder   *pgxpool.Pool
	runs      *upgrade.Runs
}

// say prints a line with the time since the drill began.
func (s *site) say(format string, args ...any) {
	fmt.Fprintf(s.out, "%6.1f s  %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
}

// open starts the server and makes the databases' schemas. The site is to be closed also when
// there is an error.
func open(ctx context.Context, out io.Writer, c settings) (*site, error) {
	s := &site{settings: c, out: out, began: time.Now()}
	var err error
	if s.dir, err = os.MkdirTemp("", "polder-drill-"); err != nil {
		return s, err
	}
	if err := os.Chmod(s.dir, 0o755); err != nil { // the server may run as another user
		return s, err
	}
	if err := s.startServer(ctx); err != nil {
		return s, err
	}
	conn, err := pgx.Connect(ctx, s.server.URL("postgres"))
	if err != nil {
		return s, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+database); err != nil {
		return s, err
	}
	for _, schema := range []migrations.Schema{migrations.Catalog, migrations.Store} {
		if err := migrations.Up(ctx, s.url(), schema); err != nil {
			return s, err
		}
	}
	for role, pool := range map[pg.Role]**pgxpool.Pool{pg.Admin: &s.pool, pg.Builder: &s.builder} {
		if *pool, err = pg.Open(ctx, pg.Config{URL: s.url(), Role: role, MaxConnections: 4, Name: "drill"}); err != nil {
			return s, err
		}
	}
	s.runs = upgrade.NewRuns(s.pool)
	if s.api, err = serving(s.dir, "api", s.env()...); err != nil {
		return s, err
	}
	s.projector, err = serving(s.dir, "projector", s.env()...)
	return s, err
}

// startServer starts PostgreSQL, again where it was.
func (s *site) startServer(ctx context.Context) (err error) {
	s.server, err = pgserver.Start(ctx, pgserver.Config{Dir: filepath.Join(s.dir, "data")})
	return err
}

func (s *site) url() string { return s.server.URL(database) }

func (s *site) env() []string { return []string{"POLDER_CATALOG_URL=" + s.url(), "POLDER_ACTOR=drill"} }

func (s *site) close(ctx context.Context) {
	s.api.kill()
	s.projector.kill()
	for _, pool := range []*pgxpool.Pool{s.pool, s.builder} {
		if pool != nil {
			pool.Close()
		}
	}
	if s.server != nil {
		_ = s.server.Stop(context.WithoutCancel(ctx)) // its folder goes next
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}
