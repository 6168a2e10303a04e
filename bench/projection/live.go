package projectionbench

import (
	"context"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
)

const (
	liveAccounts = 20 // with a backlog each
	lagAccounts  = 100
	lagRate      = 2000 // events a second over all of them
	lagTime      = 20 * time.Second
	patience     = 5 * time.Minute
)

// backlogs are the events of each account that wait to be applied, by how many projections
// each event is for.
func backlogs() map[int]int { return map[int]int{1: 5000, 10: 2000, 100: 500} }

// Live measures how fast a backlog is applied by 1, 10 and 100 projections that read each
// event, and how late events are applied under a steady load.
func Live(ctx context.Context, out io.Writer) (map[string]float64, error) {
	numbers := map[string]float64{}
	for projections, backlog := range backlogs() {
		release, err := manyProjections(projections)
		if err != nil {
			return nil, err
		}
		rate, err := catchUp(ctx, out, release, backlog)
		if err != nil {
			return nil, err
		}
		numbers[fmt.Sprintf("live.%d.events_per_s", projections)] = rate
		fmt.Fprintf(out, "  %d projections: %.0f events/s\n", projections, rate)
	}
	lags, err := steady(ctx, out)
	maps.Copy(numbers, lags)
	return numbers, err
}

// manyProjections is the ERP with so many projections that read each event of an order: the
// order projection itself, and narrow ones.
func manyProjections(n int) (*model.Release, error) {
	release, err := erp("join")
	if err != nil || n == 1 {
		return release, err
	}
	ir, narrow := *release.IR(), narrowOrders(release)
	ir.Projections = append([]model.Projection(nil), ir.Projections...)
	for i := 1; i < n; i++ {
		narrow.Name, narrow.Fingerprint = fmt.Sprintf("Orders%d", i), fmt.Sprintf("%012x", i)
		ir.Projections = append(ir.Projections, narrow)
	}
	canonical, err := model.Canonical(&ir)
	if err != nil {
		return nil, err
	}
	return model.Load(canonical)
}

// narrowOrders is a projection with a few of the order's columns and one index.
func narrowOrders(release *model.Release) model.Projection {
	narrow := *release.Projection("Orders").Projection
	narrow.Columns = nil
	for _, c := range release.Projection("Orders").Columns {
		switch c.Name {
		case "OrderNumber", "CustomerId", "Total", "Status":
			narrow.Columns = append(narrow.Columns, c)
		}
	}
	narrow.Indexes = []model.Index{{Columns: []string{"Status"}, Serves: []string{"GetOrders"}}}
	return narrow
}

// catchUp gives events per second from the start of a projector until no account has a backlog.
func catchUp(ctx context.Context, out io.Writer, release *model.Release, backlog int) (float64, error) {
	w, err := open(ctx, out, release)
	defer w.close(ctx)
	if err != nil {
		return 0, err
	}
	accounts, err := w.backlogged(ctx, liveAccounts, backlog)
	if err != nil {
		return 0, err
	}
	f, err := w.follow(ctx)
	defer f.stop()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for _, account := range accounts {
		signal := notify.Signal{AccountID: account, SequenceNumber: int64(backlog)}
		f.lags.acknowledged(signal, began)
		f.heads.Publish(signal)
	}
	if err := f.lags.settled(ctx); err != nil {
		return 0, err
	}
	return float64(backlog*liveAccounts) / time.Since(began).Seconds(), nil
}

// backlogged makes accounts with so many events each that no projector has seen.
func (w *world) backlogged(ctx context.Context, accounts, events int) ([]uuid.UUID, error) {
	teller, err := newStoryteller(w.release)
	if err != nil {
		return nil, err
	}
	made, err := w.newAccounts(ctx, accounts)
	if err != nil {
		return nil, err
	}
	for _, account := range made {
		if err := w.fill(ctx, teller.history(account, events)); err != nil {
			return nil, err
		}
	}
	return made, w.settle(ctx)
}

func (w *world) newAccounts(ctx context.Context, n int) (accounts []uuid.UUID, err error) {
	for i := range n {
		accounts = append(accounts, accountID(i))
		if err := w.newAccount(ctx, accounts[i]); err != nil {
			return nil, err
		}
	}
	return accounts, nil
}

// steady measures the time from an event's acknowledgement until its rows are committed, under
// a load that is sent at fixed times.
func steady(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return nil, err
	}
	teller, err := newStoryteller(w.release)
	if err != nil {
		return nil, err
	}
	accounts, err := w.newAccounts(ctx, lagAccounts)
	if err != nil {
		return nil, err
	}
	f, err := w.follow(ctx)
	defer f.stop()
	if err != nil {
		return nil, err
	}
	for _, during := range []time.Duration{lagTime / 4, lagTime} { // the first is to warm up
		f.lags.forget()
		if err := f.loadFor(ctx, during, lagRate, teller.placing(accounts)); err != nil {
			return nil, err
		}
	}
	p50, p99, err := f.lags.percentiles(accounts...)
	fmt.Fprintf(out, "  lag at %d events/s: %.1f ms, p99 %.1f ms\n", lagRate, p50, p99)
	return map[string]float64{"live.lag_p50_ms": p50, "live.lag_p99_ms": p99}, err
}

// loadFor is load for a time, and until all of it is applied.
func (f *following) loadFor(ctx context.Context, during time.Duration, perSecond int, next func(int) happening) error {
	loading, cancel := context.WithTimeout(ctx, during)
	defer cancel()
	if err := f.load(loading, perSecond, next); err != nil {
		return err
	}
	return f.lags.settled(ctx)
}
