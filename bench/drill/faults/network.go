package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/Shopify/toxiproxy/v2"
)

// cut takes the network between all processes and PostgreSQL away.
func cut() *fault {
	return &fault{name: "the network is cut", promise: "requests are refused with 503, and none is half done", parts: []string{network}, stretch: 1,
		begin: func(_ context.Context, p *place, _ *rand.Rand) (func(context.Context) error, error) {
			p.Network.Stop()
			return func(context.Context) error { return p.Network.Start() }, nil
		}}
}

// slow delays every answer of PostgreSQL.
func slow() *fault {
	return &fault{name: "the network is slow", promise: "all goes on", parts: []string{network}, stretch: 1,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return toxic(p.Network, `"type": "latency", "stream": "downstream", "attributes": {"latency": %d, "jitter": %d}`, 10+dice.IntN(100), dice.IntN(50))
		}}
}

// halfOpen swallows what is sent one way, on half of the connections, without a word to either side.
func halfOpen() *fault {
	return &fault{name: "connections are half open", promise: "nobody waits for ever", parts: []string{network}, stretch: 1,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return toxic(p.Network, `"type": "timeout", "stream": %q, "toxicity": 0.5, "attributes": {"timeout": 0}`, []string{"upstream", "downstream"}[dice.IntN(2)])
		}}
}

// reset resets connections when PostgreSQL answers, so that what was sent is done and nobody is
// told, a COMMIT among it; for moments, again and again.
func reset() *fault {
	return &fault{name: "resets amid COMMIT", promise: "an append whose answer was lost is settled, and stored once", parts: []string{network}, stretch: 1,
		begin: func(_ context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return p.repeatedly(func(ctx context.Context) error {
				end, err := toxic(p.Network, `"type": "reset_peer", "stream": "downstream"`)
				if err != nil {
					return err
				}
				time.Sleep(time.Duration(5+dice.IntN(60)) * time.Millisecond) // how long the network is away
				return end(ctx)
			}, 300*time.Millisecond), nil
		}}
}

// toxic adds it to the network; the end takes it away.
func toxic(network *toxiproxy.Proxy, format string, args ...any) (end func(context.Context) error, err error) {
	const name = "drill"
	_, err = network.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name": %q, `+format+`}`, append([]any{name}, args...)...)))
	return func(ctx context.Context) error { return network.Toxics.RemoveToxic(ctx, name) }, err
}
