package projectionbench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
)

const megabyte = 1 << 20

// bulk builds the orders as admin does, from the first event to the live cursor.
type bulk struct {
	*building
	outcomes []bulkOutcome
}

// bulkOutcome is what one build took.
type bulkOutcome struct {
	build.Timing
	peak float64 // most memory of the process, in MiB
}

// measure gives the rate of the build without its proof, which is timed for itself.
func (b *bulk) measure(ctx context.Context) (float64, error) {
	if err := b.forget(ctx); err != nil {
		return 0, err
	}
	runtime.GC()
	peak := watchMemory(ctx)
	began := time.Now()
	results, err := build.Run(ctx, build.Config{Builder: b.pools[pg.Builder], Owner: b.pools[pg.Owner]},
		build.Job{AccountID: b.account, Release: b.release, Projections: []string{"Orders"}})
	took := time.Since(began).Seconds()
	most := peak()
	if err != nil {
		return 0, err
	}
	if len(results) != 1 || !results[0].Live || results[0].Rows == 0 {
		return 0, errors.New("the build did not come to its end")
	}
	b.outcomes = append(b.outcomes, bulkOutcome{results[0].Timing, most})
	return float64(b.events) / (took - results[0].Timing.Prove), nil
}

// forget puts the account where it has events and no rows.
func (b *bulk) forget(ctx context.Context) error {
	table := b.release.Projection("Orders").Table
	for _, sql := range []string{
		"TRUNCATE read_models." + table,
		"UPDATE store.live_cursors SET sequence_number = (SELECT max(sequence_number) FROM store.account_heads)",
		fmt.Sprintf("INSERT INTO store.projection_cursors VALUES ('%s', '%s', 0, 'building')", b.account, table),
	} {
		if err := b.exec(ctx, sql); err != nil {
			return err
		}
	}
	return b.settle(ctx)
}

// watchMemory looks at the process's memory until the returned function is called, which
// says how much it was at most.
func watchMemory(ctx context.Context) (most func() float64) {
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	peak := uint64(0)
	watching.Go(func() {
		for ctx.Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.Sys-m.HeapReleased)
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	return func() float64 {
		cancel()
		watching.Wait()
		return float64(peak) / megabyte
	}
}

// figures are the medians of what the builds took.
func (b *bulk) figures() map[string]float64 {
	of := func(what func(bulkOutcome) float64) float64 {
		var all []float64
		for _, o := range b.outcomes {
			all = append(all, what(o))
		}
		return median(all)
	}
	return map[string]float64{
		"build.1m.read_s":   of(func(o bulkOutcome) float64 { return o.Read }),
		"build.1m.fold_s":   of(func(o bulkOutcome) float64 { return o.Fold }),
		"build.1m.write_s":  of(func(o bulkOutcome) float64 { return o.Write }),
		"build.1m.prove_s":  of(func(o bulkOutcome) float64 { return o.Prove }),
		"build.1m.peak_mib": of(func(o bulkOutcome) float64 { return o.peak }),
	}
}
