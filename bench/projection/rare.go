package projectionbench

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
)

const (
	rareOneIn  = 100 // events
	rareRounds = 5
)

// rare is an account with a projection that few of its events are for.
type rare struct {
	*building
	timings []build.Timing
}

// Rare measures what a build takes that needs one event of a hundred, with its proof, beside
// a read of all events.
func Rare(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return nil, err
	}
	r := &rare{building: &building{world: w, account: accountID(0)}}
	if r.events, err = size(); err != nil {
		return nil, err
	}
	if err := w.freshWith(ctx, r.account, r.events, rareOneIn); err != nil {
		return nil, err
	}
	m, err := inRounds(ctx, out, rareRounds, []part{{"rare build", r.build}, {"full read", r.read}})
	if err != nil {
		return nil, err
	}
	var proofs []float64
	for _, t := range r.timings {
		proofs = append(proofs, t.Prove.Seconds())
	}
	return map[string]float64{
		"rare.1m.s":               m.median("rare build"),
		"rare.1m.prove_s":         median(proofs),
		"rare.1m.ratio_full_read": m.ratio("rare build", "full read"),
	}, nil
}

// build gives the seconds of the whole build.
func (r *rare) build(ctx context.Context) (float64, error) {
	table := r.release.Projection("Products").Table
	for _, sql := range []string{
		"TRUNCATE read_models." + table,
		"UPDATE store.live_cursors SET sequence_number = (SELECT max(sequence_number) FROM store.account_heads)",
		fmt.Sprintf("INSERT INTO store.projection_cursors VALUES ('%s', '%s', 0, 'building')", r.account, table),
	} {
		if err := r.exec(ctx, sql); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	results, err := build.Run(ctx, build.Config{Builder: r.pools[pg.Builder], Owner: r.pools[pg.Owner]},
		build.Job{AccountID: r.account, Release: r.release, Projections: []string{"Products"}})
	took := time.Since(began).Seconds()
	if err == nil && (len(results) != 1 || !results[0].Live || results[0].Rows != int64(r.events/rareOneIn)) {
		err = fmt.Errorf("the build did not come to its end: %+v", results)
	}
	if err != nil {
		return 0, err
	}
	r.timings = append(r.timings, results[0].Timing)
	return took, nil
}

// read gives the seconds that all events take to come, as a build reads them.
func (r *rare) read(ctx context.Context) (float64, error) {
	began, seen := time.Now(), 0
	err := es.StreamAccount(ctx, r.pools[pg.Builder], es.AccountRange{AccountID: r.account}, func(*es.Event) error {
		seen++
		return nil
	})
	if err == nil && seen != r.events {
		err = fmt.Errorf("%d events were read of %d", seen, r.events)
	}
	return time.Since(began).Seconds(), err
}
