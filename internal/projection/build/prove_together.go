package build

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// prove proves the units' rows at the number where they stand, and leaves those behind of which it cannot.
// A unit that no event of the account concerns has no rows, and its tables have none:
// that is seen of all of them at once. The others' events are folded anew, and not as
// those are folded that come live, by which the rows were made; each row is compared.
func (g *gathering) prove(ctx context.Context) ([]*proof, error) {
	if len(g.units) == 0 {
		return nil, nil
	}
	if err := g.gate.wait(ctx, phaseProve, g.units...); err != nil {
		return nil, err
	}
	began, first := g.Clock(), g.units[0]
	if err := g.proven.extend(ctx, g.Builder, first.at); err != nil {
		return nil, err
	}
	occupied, err := projection.Occupied(ctx, g.Builder, g.job.AccountID, g.near)
	if err != nil {
		return nil, err
	}
	found, err := g.found(ctx)
	if err != nil {
		return nil, err
	}
	var proofs []*proof
	var proven []*unit
	for _, u := range g.units {
		p := &proof{build: g.build, unit: u}
		if err := p.proveFew(ctx, found, occupied); err != nil {
			if isToBlame(err) {
				continue
			}
			return nil, err
		}
		if len(p.differences) == 0 {
			proven, proofs = append(proven, u), append(proofs, p)
		}
	}
	first.result.Timing.Prove += g.Clock().Sub(began).Seconds()
	g.units = proven
	return proofs, nil
}

// few is what a proof of units together has to hold against each other.
type few struct {
	events []es.Event // stream by stream
	keys   []uuid.UUID
	rows   map[*unit][]*model.Row // of the roots; no entry: no event concerns the unit
}

// found reads the events of all units, and the rows of those that take any.
func (g *gathering) found(ctx context.Context) (*few, error) {
	f := &few{rows: map[*unit][]*model.Row{}}
	types := g.proven.types(g.units)
	if len(types) == 0 { // it would be all events
		return f, nil
	}
	var err error
	f.events, err = es.ReadStreams(ctx, g.Builder, es.StreamsRange{AccountID: g.job.AccountID, Until: g.units[0].at, Types: types, Limit: mostTogether + 1})
	if err == nil && len(f.events) > mostTogether {
		err = projection.ErrApart
	}
	if err != nil {
		return nil, err
	}
	g.came(&g.units[0].result.EventsProven, len(f.events))
	if err := g.Throttle.Take(ctx, len(f.events)); err != nil {
		return nil, err
	}
	for i := range f.events {
		f.keys = append(f.keys, f.events[i].StreamID)
	}
	f.keys = slices.Compact(f.keys)
	batch := &pgx.Batch{}
	for _, u := range g.units {
		if g.proven.of(u).events > 0 {
			f.rows[u] = []*model.Row{}
			g.whole().queue(batch, u.filled.Root, func(row *model.Row) { f.rows[u] = append(f.rows[u], row) })
		}
	}
	return f, g.Builder.SendBatch(ctx, batch).Close()
}

// proveFew holds the unit's rows against its events, which are among those that were found.
func (p *proof) proveFew(ctx context.Context, f *few, occupied map[string]bool) error {
	rows, concerned := f.rows[p.unit]
	if !concerned {
		for _, table := range p.unit.filled.Tables() {
			if occupied[table] {
				p.differ(Difference{Table: table, Column: "(rows)"})
			}
		}
		return nil
	}
	made, err := p.unit.fromAll(f.keys, f.events)
	if err != nil {
		return err
	}
	expected := map[uuid.UUID]*model.Row{}
	for _, m := range made {
		expected[m.row.Key] = m.row
	}
	root := p.unit.filled.Root
	for _, row := range rows {
		if err := p.hold(root, row.Key, expected[row.Key], row); err != nil {
			return err
		}
		delete(expected, row.Key)
	}
	for key, row := range expected {
		if err := p.hold(root, key, row, nil); err != nil {
			return err
		}
	}
	for _, t := range p.unit.filled.Chain {
		if err := p.proveChained(ctx, t); err != nil {
			return err
		}
	}
	return nil
}
