package faults

import (
	"context"
	"math/rand/v2"

	"golang.org/x/sync/errgroup"

	"github.com/polderhq/polder/bench/drill"
)

// killAPI kills one of the apis with all that it is about to answer.
func killAPI() *fault {
	return &fault{name: "kill -9 of an api", promise: "who had no answer asks the other one, and nothing acts twice", parts: []string{apis}, stretch: 1,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return p.down(p.APIs[dice.IntN(len(p.APIs))]), nil
		}}
}

// killProjector kills one of the projectors amid its pages.
func killProjector() *fault {
	return &fault{name: "kill -9 of a projector", promise: "the other one goes on where it was", parts: []string{projectors}, stretch: 1,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return p.down(p.Projectors[dice.IntN(len(p.Projectors))]), nil
		}}
}

// down kills the process; the end starts it again.
func (p *place) down(process *drill.Process) func(context.Context) error {
	process.Kill()
	return func(ctx context.Context) error { return p.start(ctx, process) }
}

// killAll kills all processes at once.
func killAll() *fault {
	return &fault{name: "kill -9 of all processes", promise: "the platform comes back by itself", parts: []string{apis, projectors}, stretch: 1,
		begin: func(_ context.Context, p *place, _ *rand.Rand) (func(context.Context) error, error) {
			for _, process := range p.Processes() {
				process.Kill()
			}
			return func(ctx context.Context) error {
				group, ctx := errgroup.WithContext(ctx)
				for _, process := range p.Processes() {
					group.Go(func() error { return p.start(ctx, process) })
				}
				return group.Wait()
			}, nil
		}}
}

// again is how often a storm kills.
const again = 5

// killAgain kills one process after another, each as soon as it serves.
func killAgain() *fault {
	return &fault{name: "storm of restarts", promise: "what has just started takes part in nothing by halves", parts: []string{apis, projectors}, stretch: 1,
		begin: func(ctx context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			for range again {
				all := p.Processes()
				process := all[dice.IntN(len(all))]
				process.Kill()
				if err := p.start(ctx, process); err != nil {
					return nil, err
				}
			}
			return nothing, nil
		}}
}
