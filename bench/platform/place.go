package platform

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	clients   = 64
	warmUp    = 2 * time.Second
	placeTime = 10 * time.Second
)

// order is a command as a web shop sends it.
const order = `{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds", "Reference": "bench", "OrderLines": [
	{"ProductName": "Penguin", "Quantity": "2", "UnitPrice": "12.50 EUR"}, {"ProductName": "Herring", "Quantity": "40", "UnitPrice": "0.35 EUR"}]}}`

// Place measures PlaceOrderCommand over HTTP: 64 clients on 100 accounts, and on one.
func Place(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return measure(ctx, out, func(m *machine) (map[string]float64, error) {
		numbers := map[string]float64{}
		var keys []string
		for i := range 100 {
			key, err := m.account(ctx, fmt.Sprintf("place-%d", i))
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
		}
		for name, on := range map[string][]string{"http.place_64x100": keys, "http.place_64x1": keys[:1]} {
			if _, err := m.place(ctx, on, warmUp); err != nil {
				return nil, err
			}
			took, err := m.place(ctx, on, placeTime)
			if err != nil {
				return nil, err
			}
			numbers[name+"_per_s"] = float64(len(took)) / placeTime.Seconds()
			numbers[name+"_p50_ms"], numbers[name+"_p99_ms"] = percentiles(took)
		}
		return numbers, nil
	})
}

// place lets the clients send orders one after another for the time, each client on the
// next of the accounts every time, and returns how long each took.
func (m *machine) place(ctx context.Context, keys []string, during time.Duration) ([]time.Duration, error) {
	took := make([][]time.Duration, clients)
	group, ctx := errgroup.WithContext(ctx)
	end := time.Now().Add(during)
	for client := range clients {
		group.Go(func() error {
			for turn := client; time.Now().Before(end); turn += clients {
				sent := time.Now()
				if _, err := m.post(ctx, keys[turn%len(keys)], "/v1/commands", order); err != nil {
					return err
				}
				took[client] = append(took[client], time.Since(sent))
			}
			return nil
		})
	}
	err := group.Wait()
	return slices.Concat(took...), err
}

// percentiles returns the median and the 99th percentile in milliseconds.
func percentiles(took []time.Duration) (p50, p99 float64) {
	if len(took) == 0 {
		return 0, 0
	}
	slices.Sort(took)
	at := func(p int) float64 { return took[(len(took)-1)*p/100].Seconds() * 1000 }
	return at(50), at(99)
}
