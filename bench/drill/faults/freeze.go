package faults

import (
	"context"
	"math/rand/v2"
	"syscall"

	"github.com/polderhq/polder/bench/drill"
)

// freezeAPI stops one of the apis, which holds connections and answers nothing, and wakes it up.
func freezeAPI() *fault {
	return &fault{name: "SIGSTOP of an api", promise: "what it stores when it wakes is stored once, though its client went elsewhere", parts: []string{apis}, stretch: 1.5,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return freeze(p.APIs[dice.IntN(len(p.APIs))])
		}}
}

// freezeProjector stops one of the projectors amid its pages; it believes to be at work when it
// wakes. It may sleep longer than the server lets a transaction idle.
func freezeProjector() *fault {
	return &fault{name: "SIGSTOP of a projector", promise: "the other takes over, and what wakes up writes nothing twice", parts: []string{projectors}, stretch: 2.5,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return freeze(p.Projectors[dice.IntN(len(p.Projectors))])
		}}
}

func freeze(process *drill.Process) (end func(context.Context) error, err error) {
	return func(ctx context.Context) error {
		if err := process.Signal(syscall.SIGCONT); err != nil {
			return err
		}
		return process.Ready(ctx)
	}, process.Signal(syscall.SIGSTOP)
}
