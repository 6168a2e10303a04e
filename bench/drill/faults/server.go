package faults

import (
	"context"
	"math/rand/v2"
	"time"
)

// killServer kills PostgreSQL with all its backends.
func killServer() *fault {
	return &fault{name: "kill -9 of PostgreSQL", promise: "what was acknowledged is there after recovery", parts: []string{server}, stretch: 0.5,
		begin: func(_ context.Context, p *place, _ *rand.Rand) (func(context.Context) error, error) {
			return p.StartServer, p.KillServer()
		}}
}

// killBackend kills the process of one connection, which PostgreSQL answers by ending all.
func killBackend() *fault {
	return &fault{name: "kill -9 of a backend", promise: "what was acknowledged is there after recovery", parts: []string{server}, stretch: 0.5,
		begin: func(ctx context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return p.StartServer, p.KillBackend(ctx, dice.Int64())
		}}
}

// endSessions ends half of the sessions of the platform, again and again.
func endSessions() *fault {
	return &fault{name: "sessions are ended", promise: "an append whose session ended is settled", parts: []string{server}, stretch: 1,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return p.repeatedly(func(ctx context.Context) error {
				return p.EndSessions(ctx, func() bool { return dice.IntN(2) == 0 })
			}, 500*time.Millisecond), nil
		}}
}
