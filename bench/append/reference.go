package appendbench

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pgserver"
)

var (
	//go:embed sql/reference_table.sql
	referenceTableSQL string
	//go:embed sql/reference_unnest.sql
	referenceUnnestSQL string
	//go:embed sql/reference_insert.pgbench
	referenceInsert string
	//go:embed sql/message_db.pgbench
	messageDBWrite string
)

// pgbench runs scripts with PostgreSQL's own load generator.
type pgbench struct {
	program string
	server  *pgserver.Server
	dir     string
}

func newPgbench(server *pgserver.Server, dir string) (*pgbench, error) {
	p := &pgbench{program: pgserver.Tool("pgbench"), server: server, dir: dir}
	if p.program == "" {
		return nil, fmt.Errorf("pgbench is missing: on Debian, apt-get install postgresql-contrib")
	}
	for name, script := range map[string]string{"reference_insert.pgbench": referenceInsert, "message_db.pgbench": messageDBWrite} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o644); err != nil {
			return nil, err
		}
	}
	return p, nil
}

var (
	tpsLine     = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)
	latencyLine = regexp.MustCompile(`(?m)^latency average = ([0-9.]+) ms`)
)

// throughput gives transactions per second.
func (p *pgbench) throughput(script, database string, clients int) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) { return p.run(ctx, tpsLine, script, database, clients) }
}

// latency gives the mean time of a transaction of one client, in seconds.
func (p *pgbench) latency(script, database string) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		milliseconds, err := p.run(ctx, latencyLine, script, database, 1)
		return milliseconds / 1000, err
	}
}

func (p *pgbench) run(ctx context.Context, result *regexp.Regexp, script, database string, clients int) (float64, error) {
	cmd := exec.CommandContext(ctx, p.program, "-n", "-M", "prepared", "-h", "127.0.0.1", "-p", strconv.Itoa(p.server.Port),
		"-U", pgserver.Superuser, "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", strconv.Itoa(int(perSeries.Seconds())), "-f", filepath.Join(p.dir, script), database)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c search_path=public,message_store")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	found := result.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench says nothing that is understood:\n%s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// unnest inserts a hundred rows in a statement, over as many connections as a store has lanes.
type unnest struct{ conns []*pgx.Conn }

const (
	unnestRows        = 100
	unnestConnections = 3
)

func newUnnest(ctx context.Context, url string) (*unnest, error) {
	u := &unnest{}
	for range unnestConnections {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return nil, err
		}
		u.conns = append(u.conns, conn)
	}
	return u, nil
}

func (u *unnest) close() {
	for _, conn := range u.conns {
		_ = conn.Close(context.Background()) // its server stops next
	}
}

func (u *unnest) throughput(ctx context.Context) (float64, error) {
	var inserted atomic.Int64
	var wait sync.WaitGroup
	failures := make(chan error, len(u.conns))
	began := time.Now()
	for _, conn := range u.conns {
		wait.Go(func() {
			for time.Since(began) < perSeries {
				if err := insertHundred(ctx, conn); err != nil {
					failures <- err
					return
				}
				inserted.Add(unnestRows)
			}
		})
	}
	wait.Wait()
	close(failures)
	return float64(inserted.Load()) / time.Since(began).Seconds(), <-failures
}

func insertHundred(ctx context.Context, conn *pgx.Conn) error {
	accounts, streams, commands := make([]uuid.UUID, unnestRows), make([]uuid.UUID, unnestRows), make([]uuid.UUID, unnestRows)
	payloads := make([][]byte, unnestRows)
	for i := range accounts {
		accounts[i], streams[i], commands[i], payloads[i] = accountID(i), newID(), newID(), payload
	}
	_, err := conn.Exec(ctx, referenceUnnestSQL, accounts, streams, payloads, commands)
	return err
}

func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}
