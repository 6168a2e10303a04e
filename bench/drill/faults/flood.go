package faults

import (
	"context"
	"math/rand/v2"
)

// flooding is the name of the fault whose effect is told of all accounts but the one that floods.
const flooding = "an account floods"

// flood has the last of the accounts write as much as it gets.
func flood() *fault {
	return &fault{name: flooding, promise: "the others go on", parts: []string{load}, stretch: 2,
		begin: func(ctx context.Context, p *place, _ *rand.Rand) (func(context.Context) error, error) {
			over := p.load.Flood(ctx, len(p.accounts)-1, floods)
			return func(context.Context) error { over(); return nil }, nil
		}}
}
