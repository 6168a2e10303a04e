package appendbench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/migrations"
)

const (
	rounds    = 9
	perSeries = time.Second // of one measurement in one round
	database  = "append_bench"
)

// Run measures on a server of its own, with PostgreSQL's safe defaults, tells w how it
// goes, and returns the values by name: events per second, seconds, and their ratios. It
// takes about two minutes. What cannot be had here, such as Message DB without a
// network, is said on w and has no value.
func Run(ctx context.Context, w io.Writer) (map[string]float64, error) {
	dir, err := os.MkdirTemp("", "polder-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		return nil, err
	}
	server, err := pgserver.Start(ctx, pgserver.Config{Dir: filepath.Join(dir, "data")})
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop(context.WithoutCancel(ctx)) }()
	b := &bench{server: server, dir: dir, log: w, measured: make(map[string][]float64)}
	if err := b.prepare(ctx); err != nil {
		return nil, err
	}
	defer b.close()
	for round := range rounds {
		fmt.Fprintf(w, "round %d of %d\n", round+1, rounds)
		if err := b.round(ctx); err != nil {
			return nil, err
		}
	}
	return b.values(), nil
}

// bench is a run under way.
type bench struct {
	server   *pgserver.Server
	dir      string
	log      io.Writer
	ours     *ours
	pgbench  *pgbench
	unnest   *unnest
	messages bool // Message DB is installed
	measured map[string][]float64
}

func (b *bench) prepare(ctx context.Context) (err error) {
	if err := execute(ctx, b.server.URL("postgres"), "CREATE DATABASE "+database); err != nil {
		return err
	}
	url := b.server.URL(database)
	if err := migrations.Up(ctx, url, migrations.Store); err != nil {
		return err
	}
	if err := execute(ctx, url, referenceTableSQL); err != nil {
		return err
	}
	if b.pgbench, err = newPgbench(b.server, b.dir); err != nil {
		return err
	}
	if b.unnest, err = newUnnest(ctx, url); err != nil {
		return err
	}
	if b.ours, err = newOurs(ctx, url); err != nil {
		return err
	}
	missing := installMessageDB(ctx, b.server, b.dir)
	if b.messages = missing == nil; !b.messages {
		fmt.Fprintf(b.log, "SKIPPED: Message DB could not be installed: %v\n", missing)
	}
	return nil
}

func (b *bench) close() {
	b.ours.close()
	b.unnest.close()
}

// series is one thing that is measured in each round.
type series struct {
	name    string
	measure func(context.Context) (float64, error)
}

func (b *bench) round(ctx context.Context) error {
	list := b.series()
	// Another order in each round: no series always follows the one that dirties the most pages.
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for _, s := range list {
		value, err := s.measure(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		b.measured[s.name] = append(b.measured[s.name], value)
		fmt.Fprintf(b.log, "  %-36s %12.6g\n", s.name, value)
	}
	return nil
}

func (b *bench) series() []series {
	list := []series{
		{"pgbench.64.events_per_s", b.pgbench.throughput("reference_insert.pgbench", database, 64)},
		{"pgbench.1.latency_s", b.pgbench.latency("reference_insert.pgbench", database)},
		{"unnest100.3.events_per_s", b.unnest.throughput},
		{"append.1x1.latency_s", b.ours.latency},
	}
	for _, load := range []struct{ callers, accounts int }{{16, 100}, {64, 100}, {256, 100}, {1024, 100}, {256, 1}, {256, 10_000}} {
		name := fmt.Sprintf("append.%dx%d.events_per_s", load.callers, load.accounts)
		list = append(list, series{name, b.ours.throughput(load.callers, load.accounts)})
	}
	if b.messages {
		list = append(list, series{"messagedb.64.events_per_s", b.pgbench.throughput("message_db.pgbench", messageDatabase, 64)})
	}
	return list
}

// values are the medians of the rounds, and the ratios that the documentation promises.
func (b *bench) values() map[string]float64 {
	values := make(map[string]float64)
	for name, rounds := range b.measured {
		values[name] = median(rounds)
	}
	for name, of := range map[string][2]string{
		"append.64x100.ratio_pgbench64":   {"append.64x100.events_per_s", "pgbench.64.events_per_s"},
		"append.256x100.ratio_pgbench64":  {"append.256x100.events_per_s", "pgbench.64.events_per_s"},
		"append.1024x100.ratio_pgbench64": {"append.1024x100.events_per_s", "pgbench.64.events_per_s"},
		"append.256x100.ratio_unnest100":  {"append.256x100.events_per_s", "unnest100.3.events_per_s"},
		"append.256x100.ratio_messagedb":  {"append.256x100.events_per_s", "messagedb.64.events_per_s"},
		"append.1x1.latency_ratio":        {"append.1x1.latency_s", "pgbench.1.latency_s"},
	} {
		ours, theirs := b.measured[of[0]], b.measured[of[1]]
		var ratios []float64
		for i := range min(len(ours), len(theirs)) {
			ratios = append(ratios, ours[i]/theirs[i])
		}
		if len(ratios) > 0 {
			values[name] = median(ratios)
		}
	}
	return values
}

func median(list []float64) float64 {
	sorted := append([]float64(nil), list...)
	sort.Float64s(sorted)
	return sorted[len(sorted)/2]
}
