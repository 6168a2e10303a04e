package faults

import (
	"context"
	"math/rand/v2"
)

// fault is something that happens to the platform, and ends.
type fault struct {
	name    string
	promise string   // what it must not break, beside what nothing may break
	parts   []string // that it takes hold of, sorted: what needs the same part waits
	stretch float64  // how much longer than others it may last
	begin   func(ctx context.Context, p *place, dice *rand.Rand) (end func(context.Context) error, err error)
}

// The parts that faults take hold of.
const (
	apis       = "apis"
	heads      = "heads"
	load       = "load"
	network    = "network"
	projectors = "projectors"
	server     = "server"
)

// catalogue is all that can happen.
func catalogue() []*fault {
	return []*fault{
		killAPI(), killProjector(), killAll(), killAgain(), freezeAPI(), freezeProjector(),
		killServer(), killBackend(), endSessions(), fullDisk(),
		cut(), slow(), halfOpen(), reset(),
		heldHead(), longTransaction(), clockBack(), flood(), memory(),
	}
}

// nothing is the end of what ends by itself.
func nothing(context.Context) error { return nil }
