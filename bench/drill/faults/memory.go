package faults

import (
	"context"
	"math/rand/v2"

	"github.com/polderhq/polder/bench/drill"
)

// tight is less memory than a process takes that is let alone: it collects garbage all the time.
const tight = "GOMEMLIMIT=24MiB"

// memory has an api and a projector start anew with hardly any.
func memory() *fault {
	return &fault{name: "memory is short", promise: "processes become slow, and do not end", parts: []string{apis, projectors}, stretch: 2,
		begin: func(ctx context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			victims := []*drill.Process{p.APIs[dice.IntN(len(p.APIs))], p.Projectors[dice.IntN(len(p.Projectors))]}
			for _, process := range victims {
				process.Kill()
				if err := process.Start(ctx, tight); err != nil {
					return nil, err
				}
			}
			return func(ctx context.Context) error {
				for _, process := range victims {
					process.Kill()
					if err := p.start(ctx, process); err != nil {
						return err
					}
				}
				return nil
			}, nil
		}}
}
