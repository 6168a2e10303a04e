package projectionbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
)

// seeding builds the orders for a release in which they show one column more than before.
type seeding struct {
	*building
	before *model.Release
	events map[bool]int64 // read by the last build, seeded or not
}

// Seed measures what a build takes that begins with the rows of the release before, with its
// proof, beside one from all events.
func Seed(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return nil, err
	}
	s := &seeding{building: &building{world: w, account: accountID(0)}, events: map[bool]int64{}}
	if s.building.events, err = size(); err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	m, err := inRounds(ctx, out, buildRounds, []part{
		{"seeded build", func(ctx context.Context) (float64, error) { return s.measure(ctx, true) }},
		{"full build", func(ctx context.Context) (float64, error) { return s.measure(ctx, false) }},
	})
	if err != nil {
		return nil, err
	}
	return map[string]float64{
		"seed.1m.s":                 m.median("seeded build"),
		"seed.1m.ratio_full":        m.ratio("seeded build", "full build"),
		"seed.1m.events_ratio_full": float64(s.events[true]) / float64(s.events[false]),
	}, nil
}

// begin makes an account with its rows of the release before.
func (s *seeding) begin(ctx context.Context) (err error) {
	if s.before, err = withoutReference(s.release); err != nil {
		return err
	}
	if err := projection.Expand(ctx, s.pools[pg.Owner], s.before); err != nil {
		return err
	}
	if err := s.fresh(ctx, s.account, s.building.events); err != nil {
		return err
	}
	table := s.before.Projection("Orders").Table
	for _, sql := range []string{
		"UPDATE store.live_cursors SET sequence_number = (SELECT max(sequence_number) FROM store.account_heads)",
		fmt.Sprintf("INSERT INTO store.projection_cursors VALUES ('%s', '%s', 0, 'building')", s.account, table),
	} {
		if err := s.exec(ctx, sql); err != nil {
			return err
		}
	}
	_, err = s.run(ctx, build.Job{AccountID: s.account, Release: s.before, Projections: []string{"Orders"}})
	return err
}

// withoutReference is the release before: nobody asked for the orders' references.
func withoutReference(after *model.Release) (*model.Release, error) {
	canonical, err := model.Canonical(after.IR())
	if err != nil {
		return nil, err
	}
	copied, err := model.Load(canonical)
	if err != nil {
		return nil, err
	}
	const column = "Reference"
	ir := copied.IR()
	for i := range ir.Projections {
		if p := &ir.Projections[i]; p.Name == "Orders" {
			p.Fingerprint = "beforebefore"
			p.Columns = slices.DeleteFunc(p.Columns, func(c model.Column) bool { return c.Name == column })
			p.Indexes = slices.DeleteFunc(p.Indexes, func(x model.Index) bool { return slices.Contains(x.Columns, column) })
		}
	}
	for i := range ir.Queries {
		q := &ir.Queries[i]
		q.Filter = slices.DeleteFunc(q.Filter, func(name string) bool { return q.From == "Orders" && name == column })
	}
	if canonical, err = model.Canonical(ir); err != nil {
		return nil, err
	}
	return model.Load(canonical)
}

// measure gives the seconds of a build with its proof.
func (s *seeding) measure(ctx context.Context, seeded bool) (float64, error) {
	if err := (&bulk{building: s.building}).forget(ctx); err != nil {
		return 0, err
	}
	from := s.before.Digest()
	if !seeded {
		from = s.release.Digest() // the account has left the other one, as far as the store knows
	}
	if err := s.exec(ctx, "UPDATE store.live_cursors SET release = $1, next_release = $2", from, s.release.Digest()); err != nil {
		return 0, err
	}
	began := time.Now()
	result, err := s.run(ctx, build.Job{AccountID: s.account, Release: s.release, Beside: []*model.Release{s.before}, Projections: []string{"Orders"}})
	if err == nil && result.Seeded != seeded {
		err = errors.New("the build did not begin with what it was to begin with")
	}
	s.events[seeded] = result.EventsRead + result.EventsProven
	return time.Since(began).Seconds(), err
}

func (s *seeding) run(ctx context.Context, job build.Job) (build.Result, error) {
	results, err := build.Run(ctx, build.Config{Builder: s.pools[pg.Builder], Owner: s.pools[pg.Owner]}, job)
	if err != nil {
		return build.Result{}, err
	}
	if len(results) != 1 || !results[0].Live || results[0].Rows == 0 {
		return build.Result{}, fmt.Errorf("the build did not come to its end: %+v", results)
	}
	return results[0], nil
}
