package model

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/polderhq/polder/internal/model/expr"
)

// StreamType folds events of one stream type.
type StreamType struct {
	*Stream

	shape      *expr.Shape // attributes, computes, Status
	attributes []*field
	computes   []*compute
	events     map[string]*eventType
	uniques    []*Unique
	limits     map[string]*expr.Program // Limit.Max by name
	env        *expr.Env
	number     series
	idField    *field // how commands name the stream
}

type compute struct {
	*Compute
	kind    *kind
	program *expr.Program
}

// eventType is an event made ready to be written and applied.
type eventType struct {
	*Event
	fields []*field
	target map[string]int // event's attribute -> number of the stream's, for those it sets
	claims []*limitClaim
}

type limitClaim struct {
	*LimitClaim
	via   int // number of the stream's attribute
	delta *expr.Program
	when  *expr.Program // nil: always
	limit *StreamType   // whose limit it is
	max   *expr.Program
}

// newStream makes a stream type ready, but for its claims on other types and its commands.
func (l *loader) newStream(s *Stream) (*StreamType, error) {
	t := &StreamType{Stream: s, events: map[string]*eventType{}, limits: map[string]*expr.Program{}}
	var err error
	if t.attributes, err = l.kinds.fields(s.Attributes); err != nil {
		return nil, err
	}
	if t.shape, err = l.scopes.stateShape(s); err != nil {
		return nil, err
	}
	if t.env, err = l.scopes.State(s); err != nil {
		return nil, err
	}
	if err := l.computes(t); err != nil {
		return nil, err
	}
	for i := range s.Limits {
		if t.limits[s.Limits[i].Name], err = t.env.Compile(s.Limits[i].Max); err != nil {
			return nil, located(s.Limits[i].Origin, err)
		}
	}
	for i := range s.Uniques {
		t.uniques = append(t.uniques, &s.Uniques[i])
	}
	if err := l.events(t); err != nil {
		return nil, err
	}
	if s.Number != nil {
		if t.number, err = parseSeries(s.Number.Series); err != nil {
			return nil, located(s.Number.Origin, err)
		}
	}
	t.idField, err = l.kinds.field(&Attribute{Name: s.ID, Type: Type{Kind: Ref}, Optional: true, Origin: s.Origin})
	return t, err
}

func (l *loader) computes(t *StreamType) error {
	earlier := map[string]bool{}
	for i := range t.Computes {
		c := &t.Computes[i]
		kind, err := l.kinds.kind(c.Name, &c.Type)
		if err != nil {
			return located(c.Origin, err)
		}
		program, err := t.env.Compile(c.Expr)
		if err != nil {
			return located(c.Origin, err)
		}
		for _, need := range roots(program) {
			if t.isCompute(need) && !earlier[need] {
				return located(c.Origin, fmt.Errorf("%s needs %s, which is not computed before it", c.Name, need))
			}
		}
		if !program.Type().AssignableTo(kind.as) {
			return located(c.Origin, fmt.Errorf("%s is %s, but its expression is %s", c.Name, kind.as, program.Type()))
		}
		earlier[c.Name] = true
		t.computes = append(t.computes, &compute{c, kind, program})
	}
	return nil
}

func (t *StreamType) isCompute(name string) bool {
	return slices.ContainsFunc(t.Computes, func(c Compute) bool { return c.Name == name })
}

func (l *loader) events(t *StreamType) error {
	for i := range t.Events {
		e := &t.Events[i]
		fields, err := l.kinds.fields(e.Attributes)
		if err != nil {
			return err
		}
		made := &eventType{Event: e, fields: fields, target: make(map[string]int, len(fields))}
		for _, f := range fields {
			if n := t.shape.Index(f.Name); n >= 0 && n < len(t.attributes) {
				made.target[f.Name] = n
			}
		}
		t.events[e.Name] = made
	}
	return nil
}

// attribute returns the number of the attribute, -1 if there is none of that name.
func (t *StreamType) attribute(name string) int {
	if i := t.shape.Index(name); i < len(t.attributes) {
		return i
	}
	return -1
}

// Empty returns the state of a stream without events.
func (t *StreamType) Empty() *State {
	return &State{of: t, values: make([]any, len(t.attributes))}
}

// UnknownEventError says that the release has no such event, or not in this version: it was
// written by a release that came after it, or is no event of the model at all.
type UnknownEventError struct {
	StreamType string
	Event      string
	Version    int
}

// Error names the event.
func (e *UnknownEventError) Error() string {
	return fmt.Sprintf("%s does not know the event %s (version %d)", e.StreamType, e.Event, e.Version)
}

// Apply folds one event into the state. An event that the type does not know, or whose
// payload cannot be what it has to be, is an error; rules are not asked.
func (t *StreamType) Apply(s *State, event string, version int, payload json.RawMessage) (*State, error) {
	e := t.events[event]
	if e == nil || version > e.Version {
		return nil, &UnknownEventError{StreamType: t.Name, Event: event, Version: version}
	}
	return t.apply(s, e, payload, nil)
}

// apply folds the event; of its attributes only those wanted, when wanted is not nil.
func (t *StreamType) apply(s *State, e *eventType, payload []byte, wanted []bool) (*State, error) {
	next := &State{Revision: s.Revision + 1, of: t, status: s.status, values: slices.Clone(s.values)}
	if e.To != "" {
		next.status = e.To
	}
	r := &reader{scanner: scanner{text: payload}}
	err := r.object(func(key []byte) error {
		i, sets := e.target[string(key)]
		if !sets || wanted != nil && !wanted[i] {
			return r.skip(0)
		}
		return r.value(t.attributes[i], nil, next.values, i)
	}, 0)
	if err := r.fact(err); err != nil {
		return nil, fmt.Errorf("apply %s to %s: %w", e.Name, t.Name, err)
	}
	return next, nil
}
