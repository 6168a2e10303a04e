package drill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/test/traffic"
)

// havoc kills parts of the site, one after another, at random moments.
type havoc struct {
	*site
	load  *traffic.Traffic
	dice  *rand.Rand
	kills int
}

// What may be killed.
const (
	theRunner     = "the runner"
	theProjector  = "the projector"
	theAPI        = "the api"
	aBackend      = "a backend of PostgreSQL"
	thePostmaster = "PostgreSQL"
)

// wreak kills the victims in random order while the runner is at work, with a pause of up to the
// longest before each, and waits until the runner is done or until says so.
func (h *havoc) wreak(ctx context.Context, r *runner, longest time.Duration, done func() bool) error {
	victims := []string{theRunner, theProjector, theAPI, aBackend, thePostmaster, theRunner}
	h.dice.Shuffle(len(victims), func(i, j int) { victims[i], victims[j] = victims[j], victims[i] })
	next := time.Now().Add(h.pause(longest))
	for !r.done() && !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(4 * poll):
		}
		if len(victims) == 0 || time.Now().Before(next) {
			continue
		}
		if err := h.kill(ctx, victims[0], r); err != nil {
			return fmt.Errorf("after %s was killed: %w", victims[0], err)
		}
		victims, next = victims[1:], time.Now().Add(h.pause(longest))
	}
	return nil
}

func (h *havoc) pause(longest time.Duration) time.Duration {
	return time.Duration(h.dice.Int64N(int64(longest))) + 10*poll
}

// kill kills the part and brings it up again.
func (h *havoc) kill(ctx context.Context, part string, r *runner) error {
	h.kills++
	h.say("kill -9 of %s", part)
	switch part {
	case theRunner:
		r.kill()
		return nil
	case theProjector:
		h.projector.kill()
		return h.projector.start(ctx)
	}
	defer h.load.Outage()()
	switch part {
	case theAPI:
		h.api.kill()
		return h.api.start(ctx)
	case aBackend:
		if err := h.killBackend(ctx); err != nil {
			return err
		}
	case thePostmaster:
		if err := h.server.Kill(); err != nil {
			return err
		}
	}
	if err := until(ctx, "PostgreSQL", func() (bool, error) { return h.startServer(ctx) == nil, nil }); err != nil {
		return err
	}
	return h.api.ready(ctx)
}

// killBackend kills the process of one connection; PostgreSQL then ends all, and recovers.
func (h *havoc) killBackend(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, h.url())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var pid int
	err = conn.QueryRow(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1", database).Scan(&pid)
	if err != nil {
		return err
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}
