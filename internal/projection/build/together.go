package build

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/projection"
)

// Many units of an account may have few events, or none. Built one by one, each would take some
// transactions and some dozen statements for next to nothing.
const (
	TogetherFrom   = 16                 // units: of fewer each is built by itself
	togetherUnits  = 100                // of one transaction: for its locks, and because pages wait for it
	togetherEvents = 500                // that are applied in it
	mostTogether   = 4 * togetherEvents // that are read, with those of the same name that others take
	FewEvents      = 100                // of a unit: more of them are faster folded and copied in
)

// together builds the units that hardly have events, many in one transaction: their rows are written
// as the live page writes rows, and proven by a fold as that of big builds. What cannot
// go this way, for whatever reason, is left where it stands, to be built by itself.
func (b *build) together(ctx context.Context) error {
	if b.job.Ahead != nil || len(b.units) < b.Together {
		return nil
	}
	counted, proven := b.newCensus(), b.newCensus()
	if err := counted.extend(ctx, b.Builder, b.at.live); err != nil {
		return err
	}
	for near := range slices.Chunk(b.units, togetherUnits) {
		for _, units := range counted.gather(near) {
			g := &gathering{build: b, counted: counted, proven: proven, near: tablesOf(filled(near)...), units: units}
			if err := g.run(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// gather sorts out what can go together: units that have few events, and stand at the same place.
func (c *census) gather(near []*unit) (all [][]*unit) {
	type place struct {
		phase string
		until int64
	}
	open := map[place]int{} // in all
	events := map[place]int64{}
	for _, u := range near {
		own := c.of(u).events
		if !u.small() || own > FewEvents {
			continue
		}
		at := place{u.phase, u.until}
		i, begun := open[at]
		if !begun || events[at]+own > togetherEvents {
			i = len(all)
			open[at], events[at] = i, 0
			all = append(all, nil)
		}
		all[i] = append(all[i], u)
		events[at] += own
	}
	return all
}

// small reports whether the unit may be small, whatever events it has: nobody is at it but pages, its rows
// follow from these alone, and no more of them are there than a transaction wrote.
func (u *unit) small() bool {
	if u.shadow || u.sync() || len(u.skipped) > 0 || slices.ContainsFunc(u.filled.Targets(), (*projection.Target).HasCopies) {
		return false
	}
	return u.phase == phaseFold && start(u.from) == nil && u.rows == 0 || u.phase == phaseCatchUp
}

// gathering is units on their way together.
type gathering struct {
	*build
	counted, proven *census  // of the rows that are made, and of their proof
	near            []string // the tables of all units that are looked at together, those that do not go along too
	units           []*unit
}

// run ends in no error when the units, or some of them, have to go by themselves.
func (g *gathering) run(ctx context.Context) error {
	err := g.fill(ctx)
	var occupied *occupiedError
	if errors.As(err, &occupied) { // by an earlier try that was cut off
		g.units = slices.DeleteFunc(g.units, func(u *unit) bool { return slices.ContainsFunc(u.filled.Tables(), occupied.has) })
		err = g.fill(ctx)
	}
	var proofs []*proof
	if err == nil {
		proofs, err = g.prove(ctx)
	}
	if err == nil {
		err = g.join(ctx, proofs)
	}
	if errors.Is(err, projection.ErrApart) || errors.As(err, &occupied) || fault.Is(err, fault.Rejected) || isToBlame(err) {
		return nil
	}
	return err
}

// occupiedError says that tables are not empty where they should be.
type occupiedError struct{ tables map[string]bool }

func (e *occupiedError) Error() string { return "a table has rows already" }

func (e *occupiedError) has(table string) bool { return e.tables[table] }

// fill takes the units to the live cursor, from the first event on or from where they stand.
func (g *gathering) fill(ctx context.Context) error {
	if len(g.units) == 0 {
		return nil
	}
	first := g.units[0]
	if err := g.gate.wait(ctx, first.phase, g.units...); err != nil {
		return err
	}
	began := g.Clock()
	way := g.way(first.until)
	if first.phase == phaseFold {
		way.From = 0
		way.Begun = g.begin
	}
	at, read, err := way.Run(ctx, g.Builder)
	if err != nil {
		return err
	}
	g.came(&first.result.EventsRead, read)
	first.result.Timing.Write += g.Clock().Sub(began).Seconds()
	for _, u := range g.units {
		if u.phase == phaseFold {
			u.until = at
		}
		u.phase, u.at = phaseCatchUp, at
	}
	return g.Throttle.Take(ctx, read)
}

// way is that from a number to the live cursor.
func (g *gathering) way(from int64) projection.Gathering {
	return projection.Gathering{AccountID: g.job.AccountID, Plan: g.plan, Units: filled(g.units), From: from, Most: mostTogether,
		Begun: func(ctx context.Context, tx pgx.Tx, live int64) ([]string, error) {
			err := g.counted.extend(ctx, tx, live)
			return g.counted.types(g.units), err
		}}
}

// begin makes sure of empty tables that nobody else fills.
func (g *gathering) begin(ctx context.Context, tx pgx.Tx, live int64) ([]string, error) {
	tag, err := tx.Exec(ctx, filledSQL, g.job.AccountID, rootsOf(g.units), live)
	if err == nil && int(tag.RowsAffected()) != len(g.units) {
		err = projection.ErrApart
	}
	if err != nil {
		return nil, err
	}
	occupied, err := projection.Occupied(ctx, tx, g.job.AccountID, g.near)
	if err != nil {
		return nil, err
	}
	for _, table := range tablesOf(filled(g.units)...) {
		if occupied[table] {
			return nil, &occupiedError{occupied}
		}
	}
	err = g.counted.extend(ctx, tx, live)
	return g.counted.types(g.units), err
}

// join makes live what is proven.
func (g *gathering) join(ctx context.Context, proofs []*proof) error {
	if len(proofs) == 0 {
		return nil
	}
	began := g.Clock()
	way := g.way(g.units[0].at)
	way.Done = func(ctx context.Context, tx pgx.Tx, _ int64) error {
		_, err := tx.Exec(ctx, joinSQL, g.job.AccountID, tablesOf(filled(g.units)...), rootsOf(g.units))
		return err
	}
	at, read, err := way.Run(ctx, g.Builder)
	if err != nil {
		return err
	}
	g.came(&g.units[0].result.EventsRead, read)
	g.units[0].result.Timing.Join += g.Clock().Sub(began).Seconds()
	for i, u := range g.units {
		u.proven, u.gathered = 1, true
		u.result.Live, u.result.SequenceNumber, u.result.Rows, u.result.Digest = true, at, proofs[i].rows, proofs[i].digested()
		g.gate.progress.Rows += proofs[i].rows
	}
	return nil
}

// filled are what is filled of the units.
func filled(units []*unit) []*projection.Unit {
	all := make([]*projection.Unit, len(units))
	for i, u := range units {
		all[i] = u.filled
	}
	return all
}

// rootsOf are the names under which store.builds knows the units.
func rootsOf(units []*unit) []string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.table()
	}
	return names
}
