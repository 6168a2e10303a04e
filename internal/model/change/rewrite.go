package change

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

// Event is a stored event of an account's history, as a rewrite takes and gives it.
type Event struct {
	StreamType string
	StreamID   uuid.UUID
	Name       string
	Version    int
	Payload    json.RawMessage
}

// Rewrite is what one set does to the history of an account, beyond what can be read event by
// event. The history is read twice: all of it is learnt, and then each event transformed, in
// the same order. It keeps in memory only what the operations need of the streams that they
// touch. It is for one account and one goroutine.
//
// What comes out is as of after the set; other events come out as they are stored. An event
// that was rewritten already is left alone. New streams have ids that follow from the old
// ones, so that a rewrite that is done again comes to the same.
type Rewrite struct {
	step       *step
	later      []*step
	found      *model.Release // reads what is stored as of before the set
	before     map[string]int
	after      map[string]int
	transforms []transform
}

// NewRewrite returns the rewrite of the IR's set of the version. It is an error when the IR
// has no such set; a set that needs no rewrite leaves all events as they are.
func NewRewrite(ir *model.IR, version string) (*Rewrite, error) {
	out, err := solveIR(ir, 0)
	if err != nil {
		return nil, err
	}
	p := slices.IndexFunc(out.steps, func(s *step) bool { return s.set.Version == version })
	if p < 0 {
		return nil, fmt.Errorf("the release has no changes of %q", version)
	}
	r := &Rewrite{step: out.steps[p], later: out.steps[p+1:], before: out.counts[p], after: out.counts[p+1]}
	r.found, err = out.release(ir, p)
	return r.Anew(), err
}

// Anew returns the same rewrite, which has learnt nothing.
func (r *Rewrite) Anew() *Rewrite {
	anew := *r
	anew.transforms = nil
	for _, op := range r.step.set.operations {
		if op, ok := op.operation.(rewriting); ok {
			anew.transforms = append(anew.transforms, op.transform(r.step))
		}
	}
	return &anew
}

// release returns a release that reads stored events as of the moment before step p, and
// does nothing else.
func (out *Solution) release(ir *model.IR, p int) (*model.Release, error) {
	found := &model.IR{Format: ir.Format, Name: ir.Name, Currency: ir.Currency, Values: ir.Values}
	at := out.schema(p)
	for _, stream := range at.streamNames() {
		s := model.Stream{Name: stream, ID: stream + "Id", Stereotype: "entity"}
		for _, name := range at.of(stream) {
			s.Events = append(s.Events, model.Event{Name: name, Version: out.counts[p][name], Attributes: at.events[name].attributes})
		}
		found.Streams = append(found.Streams, s)
	}
	earlier := &Solution{steps: out.steps[:p], counts: out.counts[:p+1]}
	earlier.upcasts()
	found.Upcasts = earlier.Upcasts
	canonical, err := model.Canonical(found)
	if err != nil {
		return nil, err
	}
	return model.Load(canonical)
}

// Relocates reports whether events may change their stream: the revisions in it are new then.
func (r *Rewrite) Relocates() bool {
	return slices.ContainsFunc(r.transforms, func(t transform) bool { _, is := t.(*mover); return is })
}

// LooksBack reports whether an event may change what an earlier one of its stream becomes. If
// not, what Next says of an event holds for ever, whatever is learnt after it.
func (r *Rewrite) LooksBack() bool {
	return slices.ContainsFunc(r.transforms, func(t transform) bool { _, is := t.(*attributeMover); return is })
}

// Touched returns the events that the set rewrites, as they are called before it and in the
// release; of one that a later set deletes, merges or splits the latter says nothing.
func (r *Rewrite) Touched() (before, now []string) {
	for name, o := range r.step.outcomes {
		if o.refuse != r.step.needed() {
			continue
		}
		before = append(before, name)
		name = r.step.calledAfter(name)
		for _, later := range r.later {
			name = later.calledAfter(name)
		}
		now = append(now, name)
	}
	slices.Sort(before)
	slices.Sort(now)
	return before, now
}

// Learn notes what Next needs of the event.
func (r *Rewrite) Learn(e Event) error {
	events, err := r.read(e)
	for _, e := range events {
		if r.before[e.Name] != e.Version {
			continue // from after the set
		}
		for _, t := range r.transforms {
			if err := t.learn(e); err != nil {
				return err
			}
		}
	}
	return err
}

// Next returns what the event is after the rewrite: itself when the set does not rewrite it.
// An event that needs an earlier rewrite is an error.
func (r *Rewrite) Next(e Event) ([]Event, error) {
	events, err := r.read(e)
	if err != nil || !slices.ContainsFunc(events, r.rewrites) {
		return []Event{e}, err
	}
	for i := range events {
		if !r.rewrites(events[i]) {
			continue
		}
		for _, t := range r.transforms {
			if err := t.next(&events[i]); err != nil {
				return nil, err
			}
		}
		events[i].Version = r.after[r.step.calledAfter(events[i].Name)]
	}
	return events, nil
}

// All rewrites a whole history.
func (r *Rewrite) All(history []Event) ([]Event, error) {
	for _, e := range history {
		if err := r.Learn(e); err != nil {
			return nil, err
		}
	}
	out := make([]Event, 0, len(history))
	for _, e := range history {
		events, err := r.Next(e)
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	return out, nil
}

// read returns the event as of before the set.
func (r *Rewrite) read(e Event) ([]Event, error) {
	if r.found.Current(e.StreamType, e.Name, e.Version) {
		return []Event{e}, nil
	}
	made, err := r.found.Upcast(model.Stored{StreamType: e.StreamType, Name: e.Name, Version: e.Version, Payload: e.Payload})
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(made))
	for i, m := range made {
		events[i] = Event{m.StreamType, e.StreamID, m.Name, m.Version, m.Payload}
	}
	return events, nil
}

// rewrites reports whether the set has to rewrite the event.
func (r *Rewrite) rewrites(e Event) bool {
	o, before := r.step.outcomes[e.Name], r.step.now.events[e.Name]
	return o != nil && o.refuse == r.step.needed() && before.stream == e.StreamType && r.before[e.Name] == e.Version
}
