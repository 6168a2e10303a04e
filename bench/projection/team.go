package projectionbench

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/polderhq/polder/internal/projection"
)

//go:embed sql/differences.sql
var differencesSQL string

const (
	teamAccounts = 40
	teamEvents   = 1500                 // of each account
	teamLatency  = 2 * time.Millisecond // of a round trip, as between machines
)

// crew is some projectors at the same backlog.
type crew struct {
	processes int
	kill      bool          // one of them half-way
	latency   time.Duration // between them and PostgreSQL
}

// team compares one projector with two at the same backlog, with PostgreSQL beside them and
// with a network between; it kills one of two amid the backlog, and compares the rows with
// those of the projector written by hand.
func team(ctx context.Context, out io.Writer, numbers map[string]float64) error {
	for name, c := range map[string]crew{
		"team.1.events_per_s":        {processes: 1},
		"team.2.events_per_s":        {processes: 2},
		"team.killed.events_per_s":   {processes: 2, kill: true},
		"team.network1.events_per_s": {processes: 1, latency: teamLatency},
		"team.network2.events_per_s": {processes: 2, latency: teamLatency},
	} {
		rate, err := c.work(ctx, out)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		numbers[name] = rate
	}
	numbers["team.ratio"] = numbers["team.2.events_per_s"] / numbers["team.1.events_per_s"]
	numbers["team.network_ratio"] = numbers["team.network2.events_per_s"] / numbers["team.network1.events_per_s"]
	return nil
}

// work gives the rate at which the crew takes a backlog.
func (c crew) work(ctx context.Context, out io.Writer) (float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return 0, err
	}
	accounts, err := w.backlogged(ctx, teamAccounts, teamEvents)
	if err != nil {
		return 0, err
	}
	host, stop, err := w.distant(c.latency)
	if err != nil {
		return 0, err
	}
	defer stop()
	if err := w.enroll(ctx, host, accounts); err != nil {
		return 0, err
	}
	if err := w.moveHeads(ctx, 0); err != nil { // nothing to do yet
		return 0, err
	}
	var running []*process
	for range c.processes {
		p, err := w.start(ctx)
		if err != nil {
			return 0, err
		}
		defer p.kill()
		running = append(running, p)
	}
	total := int64(teamAccounts * teamEvents)
	began := time.Now()
	if err := w.moveHeads(ctx, teamEvents); err != nil {
		return 0, err
	}
	if c.kill {
		if err := w.allApplied(ctx, total/2); err != nil {
			return 0, err
		}
		running[0].kill()
	}
	if err := w.allApplied(ctx, 0); err != nil {
		return 0, err
	}
	rate := float64(total) / time.Since(began).Seconds()
	fmt.Fprintf(out, "  %d processes, %s away: %.0f events/s, %s\n", c.processes, c.latency, rate, busy(running, time.Since(began)))
	if c.kill {
		err = w.asByHand(ctx, accounts)
	}
	return rate, err
}

// busy says how much of a processor each process took.
func busy(running []*process, during time.Duration) string {
	var parts []string
	for _, p := range running {
		parts = append(parts, fmt.Sprintf("%.0f %% of a core", 100*p.cpu().Seconds()/during.Seconds()))
	}
	return strings.Join(parts, ", ")
}

func (w *world) host() string { return fmt.Sprintf("127.0.0.1:%d", w.server.Port) }

// distant returns where the server is reached with the latency of a network between, for as
// long as it is not stopped.
func (w *world) distant(latency time.Duration) (host string, stop func(), err error) {
	if latency == 0 {
		return w.host(), func() {}, nil
	}
	proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "network", "127.0.0.1:0", w.host())
	if err := proxy.Start(); err != nil {
		return "", nil, err
	}
	toxic := fmt.Sprintf(`{"type": "latency", "stream": "downstream", "attributes": {"latency": %d}}`, latency.Milliseconds())
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		proxy.Stop()
		return "", nil, err
	}
	return proxy.Listen, proxy.Stop, nil
}

// asByHand fails when an order's row differs from what the projector written by hand makes
// of the same events.
func (w *world) asByHand(ctx context.Context, accounts []uuid.UUID) error {
	hand, err := w.byHand(ctx, uuid.Nil)
	if err != nil {
		return err
	}
	table := projection.TableOf(w.release.Projection("Orders")).Quoted()
	for _, account := range accounts {
		hand.account = account
		if _, err := hand.batches(teamEvents)(ctx); err != nil {
			return err
		}
		var rows, differ int
		if err := w.super.QueryRow(ctx, fmt.Sprintf(differencesSQL, table), account).Scan(&rows, &differ); err != nil {
			return err
		}
		if differ > 0 || rows == 0 {
			return fmt.Errorf("account %s: %d of %d rows differ", account, differ, rows)
		}
	}
	return nil
}
