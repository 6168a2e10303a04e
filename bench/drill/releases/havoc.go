package releases

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/polderhq/polder/bench/drill"
	"github.com/polderhq/polder/test/traffic"
)

// havoc kills parts of the site, one after another, at random moments.
type havoc struct {
	*drill.Site
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
		case <-time.After(4 * drill.Poll):
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
	return time.Duration(h.dice.Int64N(int64(longest))) + 10*drill.Poll
}

// kill kills the part and brings it up again.
func (h *havoc) kill(ctx context.Context, part string, r *runner) error {
	h.kills++
	h.Say("kill -9 of %s", part)
	switch part {
	case theRunner:
		r.kill()
		return nil
	case theProjector:
		h.Projectors[0].Kill()
		return h.Projectors[0].Start(ctx)
	}
	defer h.load.Outage()()
	switch part {
	case theAPI:
		h.APIs[0].Kill()
		return h.APIs[0].Start(ctx)
	case aBackend:
		if err := h.KillBackend(ctx, h.dice.Int64()); err != nil {
			return err
		}
	case thePostmaster:
		if err := h.KillServer(); err != nil {
			return err
		}
	}
	if err := h.StartServer(ctx); err != nil {
		return err
	}
	return h.APIs[0].Ready(ctx)
}
