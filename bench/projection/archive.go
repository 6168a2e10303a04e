package projectionbench

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
)

const (
	archiveRounds = 3
	longChanges   = 17 // of the lines of an order that has twenty events
)

// archiving builds the orders of an account of which nine streams in ten are archived, or none.
type archiving struct {
	*building
	streams int64
}

// Archive measures what a build takes, with its proof, when 90 % of the events are of archived streams, beside one from all
// events. Orders have twenty events here; of four events of four types, as elsewhere, there would be nothing to leave out.
func Archive(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return nil, err
	}
	b := &archiving{building: &building{world: w, account: accountID(0)}}
	if b.events, err = size(); err != nil {
		return nil, err
	}
	if err := w.freshOf(ctx, b.account, b.events, func(h *history) { h.steps = steps(longChanges) }); err != nil {
		return nil, err
	}
	pace, err := b.archive(ctx)
	if err != nil {
		return nil, err
	}
	m, err := inRounds(ctx, out, archiveRounds, []part{
		{"archived build", func(ctx context.Context) (float64, error) { return b.measure(ctx, true) }},
		{"full build", func(ctx context.Context) (float64, error) { return b.measure(ctx, false) }},
	})
	if err != nil {
		return nil, err
	}
	return map[string]float64{
		"archive.1m.s":            m.median("archived build"),
		"archive.1m.ratio_full":   m.ratio("archived build", "full build"),
		"archive.1m.events_per_s": pace,
	}, nil
}

// archive archives nine streams in ten, and keeps the states aside. It gives events/s.
func (b *archiving) archive(ctx context.Context) (float64, error) {
	began := time.Now()
	report, err := archive.Work{Builder: b.pools[pg.Builder], AccountID: b.account, Release: b.release, Before: time.Now()}.Run(ctx)
	took := time.Since(began)
	if err == nil && report.Unfit > 0 {
		err = fmt.Errorf("not all streams were archived: %+v", report)
	}
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(b.log, "  %d streams archived in %s\n", report.Archived, took.Round(time.Second))
	for _, sql := range []string{
		"DELETE FROM store.archived_streams WHERE pg_catalog.uuid_hash_extended(stream_id, 0) % 10 = 0",
		"CREATE UNLOGGED TABLE public.aside AS SELECT * FROM store.archived_streams",
	} {
		if err := b.exec(ctx, sql); err != nil {
			return 0, err
		}
	}
	return float64(report.Events) / took.Seconds(), b.super.QueryRow(ctx, "SELECT count(*) FROM public.aside").Scan(&b.streams)
}

// measure gives the seconds of the whole build, with or without what is archived.
func (b *archiving) measure(ctx context.Context, archived bool) (float64, error) {
	statements := []string{"TRUNCATE store.archived_streams"}
	if archived {
		statements = append(statements, "INSERT INTO store.archived_streams SELECT * FROM public.aside", "ANALYZE store.archived_streams")
	}
	for _, sql := range statements {
		if err := b.exec(ctx, sql); err != nil {
			return 0, err
		}
	}
	if err := (&bulk{building: b.building}).forget(ctx); err != nil {
		return 0, err
	}
	began := time.Now()
	results, err := build.Run(ctx, build.Config{Builder: b.pools[pg.Builder], Owner: b.pools[pg.Owner]},
		build.Job{AccountID: b.account, Release: b.release, Projections: []string{"Orders"}})
	took := time.Since(began).Seconds()
	if err == nil && (len(results) != 1 || !results[0].Live || archived && results[0].StatesRead != b.streams || !archived && results[0].StatesRead > 0) {
		err = fmt.Errorf("the build did not come to its end: %+v", results)
	}
	if err == nil {
		fmt.Fprintf(b.log, "  %d states and %d events in %.1f s: %+v\n", results[0].StatesRead, results[0].EventsRead, took, results[0].Timing)
	}
	return took, err
}
