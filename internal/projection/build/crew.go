package build

import (
	"context"
	"slices"
	"sync"
)

// Order is what is to be built for one account of many.
type Order struct {
	Name   string // of the account, for people
	Events int64  // how many it has
	Config Config
	Job    Job
}

// Outcome is what came of an order. Err says why it was given up; some of its results may
// be there nevertheless.
type Outcome struct {
	Order   Order
	Results []Result
	Err     error
}

// RunAll builds for many accounts, so many at a time. Big accounts begin first, because they
// end last; but of several workers one takes the small accounts, so that giants do not keep
// all of them. An account that fails does not keep the others. done is told of each as it
// ends, one at a time; the outcomes come back in the order in which accounts ended.
func RunAll(ctx context.Context, orders []Order, workers int, done func(Outcome)) []Outcome {
	line := &line{orders: slices.Clone(orders)}
	slices.SortStableFunc(line.orders, func(a, b Order) int { return int(min(max(b.Events-a.Events, -1), 1)) })
	var mu sync.Mutex
	var outcomes []Outcome
	var crew sync.WaitGroup
	for worker := range max(workers, 1) {
		take := line.biggest
		if worker > 0 && worker == workers-1 {
			take = line.smallest
		}
		crew.Go(func() {
			for order, ok := take(); ok && ctx.Err() == nil; order, ok = take() {
				results, err := Run(ctx, order.Config, order.Job)
				mu.Lock()
				outcomes = append(outcomes, Outcome{order, results, err})
				done(outcomes[len(outcomes)-1])
				mu.Unlock()
			}
		})
	}
	crew.Wait()
	return outcomes
}

// line is the orders that nobody has taken, the big ones first.
type line struct {
	mu     sync.Mutex
	orders []Order
}

func (l *line) biggest() (Order, bool) { return l.take(0) }

func (l *line) smallest() (Order, bool) { return l.take(-1) }

func (l *line) take(i int) (Order, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.orders) == 0 {
		return Order{}, false
	}
	if i < 0 {
		i = len(l.orders) - 1
	}
	order := l.orders[i]
	l.orders = slices.Delete(l.orders, i, i+1)
	return order, true
}
