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
	rareOneIn   = 100 // events
	rarestOneIn = 10_000
	rareRounds  = 5
)

// rare is an account with a projection that few of its events are for.
type rare struct {
	*building
	oneIn   int64
	timings []build.Timing
}

// Rare measures what a build takes that needs one event of a hundred, or of ten thousand, with its proof, beside
// a read of all events.
func Rare(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return nil, err
	}
	events, err := size()
	if err != nil {
		return nil, err
	}
	some := &rare{building: &building{world: w, account: accountID(0), events: events}, oneIn: rareOneIn}
	few := &rare{building: &building{world: w, account: accountID(1), events: events}, oneIn: rarestOneIn}
	for _, r := range []*rare{some, few} {
		if err := w.freshWith(ctx, r.account, events, r.oneIn); err != nil {
			return nil, err
		}
	}
	m, err := inRounds(ctx, out, rareRounds, []part{{"rare build", some.build}, {"rarest build", few.build}, {"full read", some.read}})
	if err != nil {
		return nil, err
	}
	return map[string]float64{
		"rare.1m.s":                 m.median("rare build"),
		"rare.1m.prove_s":           some.proof(),
		"rare.1m.ratio_full_read":   m.ratio("rare build", "full read"),
		"rarest.1m.s":               m.median("rarest build"),
		"rarest.1m.ratio_full_read": m.ratio("rarest build", "full read"),
	}, nil
}

// proof is the median of the seconds that the proofs took.
func (r *rare) proof() float64 {
	var proofs []float64
	for _, t := range r.timings {
		proofs = append(proofs, t.Prove)
	}
	return median(proofs)
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
	if err == nil && (len(results) != 1 || !results[0].Live || results[0].Rows != int64(r.events)/r.oneIn) {
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
