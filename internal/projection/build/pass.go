package build

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// pass is one read of the events for a range of keys.
type pass struct {
	*build
	units    []*unit
	until    int64
	from     uuid.UUID  // keys from it on
	before   *uuid.UUID // and below it; nil: to the end. Memory may lower it during the pass
	size     int        // of the states, in bytes
	foldings []*folding
	takers   map[eventType][]*folding // of the types of events that came so far
	events   []string                 // names under which those are stored that any unit handles
	archives es.Archives              // states that come in the place of events
	left     map[*unit]bool           // units whose rows it does not write: a pass without their seed does
}

// eventType is the type of an event as it is stored.
type eventType struct {
	stream, event string
	version       int
}

// folding is the states of one stream type's streams for some of the units.
type folding struct {
	folder *model.Folder
	seed   *seed   // of its one unit; nil: all of the rows follow from events
	units  []*unit // as the folder's projections are numbered
	states map[uuid.UUID]*model.FoldState
}

// fold runs one pass for units that stand at the same place.
func (b *build) fold(ctx context.Context, units []*unit) error {
	if err := b.gate.wait(ctx, phaseFold, units...); err != nil {
		return err
	}
	p := newPass(b, units)
	if err := p.run(ctx); err != nil {
		return err
	}
	p.dropSeeds()
	began := b.Clock()
	if err := p.write(ctx); err != nil {
		return err
	}
	for _, u := range p.units {
		u.result.Timing.Write += b.Clock().Sub(began).Seconds()
	}
	return p.settle(ctx)
}

// settle takes up what units could not take.
func (p *pass) settle(ctx context.Context) error {
	for _, u := range p.units {
		switch {
		case u.unable != nil:
			if err := p.fail(ctx, u, u.unable); err != nil {
				return err
			}
		case u.refusedAt > 0:
			// Up to the event before, it is built; the catch-up meets the event and parks it.
			if err := p.restart(ctx, u, u.refusedAt-1); err != nil {
				return err
			}
		}
	}
	return nil
}

func newPass(b *build, units []*unit) *pass {
	p := &pass{build: b, units: units, until: units[0].until, from: units[0].from, takers: map[eventType][]*folding{}, left: map[*unit]bool{}}
	together := map[string][]*unit{} // by stream type; a unit that leaves events out, or is seeded, is for itself
	var order []string
	for _, u := range units {
		root := u.live.Root.Projection
		key := root.From
		if len(u.skipped) > 0 || u.seed != nil {
			key += "\x00" + root.Table
		}
		if together[key] == nil {
			order = append(order, key)
		}
		together[key] = append(together[key], u)
		p.events = append(p.events, u.storedEvents()...)
	}
	slices.Sort(p.events)
	p.events = slices.Compact(p.events)
	for _, key := range order {
		p.foldings = append(p.foldings, newFolding(together[key]))
	}
	p.archives = archivesOf(p.foldings)
	return p
}

func newFolding(units []*unit) *folding {
	f := &folding{units: units, seed: units[0].seed, states: map[uuid.UUID]*model.FoldState{}}
	if f.seed != nil {
		f.folder = f.seed.Folder()
		return f
	}
	var projections []*model.ProjectionType
	for _, u := range units {
		projections = append(projections, u.live.Root.Projection)
	}
	f.folder = model.NewFolder(projections)
	return f
}

// run reads and folds. The two overlap: while one batch is folded the next ones are read.
func (p *pass) run(ctx context.Context) error {
	r := read(ctx, p)
	defer r.stop()
	for {
		waited := p.Clock()
		batch, ok := r.next()
		folds := p.Clock()
		p.spend(func(t *Timing) *float64 { return &t.Read }, folds.Sub(waited))
		if !ok {
			return r.err
		}
		for i := range batch.events {
			if err := p.take(&batch.events[i]); err != nil {
				return err
			}
		}
		n, states, at := batch.counts()
		p.came(&p.units[0].result.EventsRead, n)
		p.units[0].result.StatesRead += int64(states)
		for _, u := range p.units {
			u.passed += int64(n)
		}
		r.giveBack(batch)
		p.spend(func(t *Timing) *float64 { return &t.Fold }, p.Clock().Sub(folds))
		if err := p.gate.pass(ctx, p, n+states, at); err != nil {
			return err
		}
	}
}

// came counts events that were read.
func (b *build) came(count *int64, events int) {
	*count += int64(events)
	b.gate.progress.Read += int64(events)
}

func (p *pass) spend(what func(*Timing) *float64, d time.Duration) {
	for _, u := range p.units {
		*what(&u.result.Timing) += d.Seconds()
	}
}

// take folds one event, or what was archived in the place of some, into the states of its stream.
func (p *pass) take(e *event) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("event %d: fold panicked: %v", e.sequence, panicked)
		}
	}()
	if bytes.Compare(e.stream[:], p.from[:]) < 0 || p.before != nil && bytes.Compare(e.stream[:], p.before[:]) >= 0 {
		return nil
	}
	if e.state {
		err = p.takeState(e)
	} else {
		p.takeEvent(e)
	}
	if p.size > p.Budget {
		p.giveUpUpperKeys()
	}
	return err
}

func (p *pass) takeEvent(e *event) {
	for _, f := range p.takersOf(&e.stored) {
		if !f.units[0].skipped[e.sequence] {
			p.into(f, e.stream, e.sequence, func(s *model.FoldState) []model.Refusal { return f.folder.FoldStored(s, e.stored, e.sequence) })
		}
	}
}

// into has something folded into the stream's state.
func (p *pass) into(f *folding, stream uuid.UUID, sequence int64, fold func(*model.FoldState) []model.Refusal) {
	s := f.states[stream]
	if s == nil {
		s = f.folder.New(stream)
		f.states[stream] = s
		p.size += s.Size()
	}
	before := s.Size()
	refusals := fold(s)
	p.size += s.Size() - before
	for _, refusal := range refusals {
		f.refused(refusal, sequence)
	}
}

// takersOf returns the foldings that the event may change a row of.
func (p *pass) takersOf(e *model.Stored) []*folding {
	of := eventType{e.StreamType, e.Name, e.Version}
	takers, known := p.takers[of]
	if !known {
		for _, f := range p.foldings {
			if f.folder.Handles(of.stream, of.event, of.version) {
				takers = append(takers, f)
			}
		}
		p.takers[of] = takers
	}
	return takers
}

// refused remembers the first event that a unit cannot take.
func (f *folding) refused(r model.Refusal, at int64) {
	for _, u := range f.units {
		if u.live.Root.Projection == r.Projection && u.refusedAt == 0 {
			u.refusedAt = at
		}
	}
}

// giveUpUpperKeys forgets the upper quarter of the streams; a further pass takes them. A
// single stream is never given up, however large: there is no smaller range.
func (p *pass) giveUpUpperKeys() {
	var keys []uuid.UUID
	for _, f := range p.foldings {
		keys = slices.AppendSeq(keys, maps.Keys(f.states))
	}
	slices.SortFunc(keys, compareIDs)
	keys = slices.Compact(keys)
	if len(keys) < 2 {
		return
	}
	cut := keys[max(1, len(keys)*3/4)]
	p.before = &cut
	for _, f := range p.foldings {
		for key, s := range f.states {
			if compareIDs(key, cut) >= 0 {
				p.size -= s.Size()
				delete(f.states, key)
			}
		}
	}
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

// done is the share of all passes that the work up to a number of this one is.
func (p *pass) done(at int64) float64 {
	below, end := share(p.from), 1.0
	if p.before != nil {
		end = share(*p.before)
	}
	return below + (end-below)*float64(at)/float64(max(p.until, 1))
}

// span is the range of keys that the pass ends up with.
func (p *pass) span() span { return span{account: p.job.AccountID, from: p.from, before: p.before} }
