package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/polderhq/polder/internal/model/expr"
)

// Stored is an event as it is stored, or as an upcast made it.
type Stored struct {
	StreamType string
	Name       string
	Version    int
	Payload    json.RawMessage
}

// storedType is what upcasts are chosen by.
type storedType struct {
	stream, event string
	version       int
}

func (t storedType) String() string { return fmt.Sprintf("%s (version %d)", t.event, t.version) }

// RefusedError says that a stored event cannot be said in this release, and why.
type RefusedError struct {
	StreamType string // as it is stored, like Event and Version
	Event      string
	Version    int
	Why        string
	Origin     string // of the change that says so
}

// Error names the event, the reason and the place.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s (version %d) cannot be said in this release: %s (%s)", e.Event, e.Version, e.Why, e.Origin)
}

// UpcastError says that a stored event cannot be read by this release, though others of its
// type may.
type UpcastError struct {
	StreamType string // as it is stored, like Event and Version
	Event      string
	Version    int
	Attribute  string // that has no value; empty: it is about the event
	Rule       string // the expression that failed; empty: the payload is not what it has to be
	Origin     string // of the change that wants it
	Cause      error
}

// Error names all of it.
func (e *UpcastError) Error() string {
	text := fmt.Sprintf("%s (version %d) cannot be read", e.Event, e.Version)
	if e.Attribute != "" {
		text += ": " + e.Attribute
	}
	if e.Rule != "" {
		text += fmt.Sprintf(": %q", e.Rule)
	}
	return fmt.Sprintf("%s: %v (%s)", text, e.Cause, e.Origin)
}

// Unwrap returns the cause, often an *expr.EvalError.
func (e *UpcastError) Unwrap() error { return e.Cause }

// Current reports whether the release reads events of this type as they are stored.
func (r *Release) Current(streamType, event string, version int) bool {
	return len(r.upcasts) == 0 || r.upcasts[storedType{streamType, event, version}] == nil
}

// Upcast returns what the stored event is in this release: itself, unread, when it is
// current; otherwise what its upcasts make of it, which may be several events or none. The
// error is a *RefusedError or an *UpcastError; the events are then those that it could have
// been, without payloads: who handles one of them cannot go on.
func (r *Release) Upcast(s Stored) ([]Stored, error) {
	if made, err := r.recast(&s); made != nil {
		return made, err
	}
	return []Stored{s}, nil
}

// recast returns nil when the event is current.
func (r *Release) recast(s *Stored) ([]Stored, error) {
	if u := r.upcasts[storedType{s.StreamType, s.Name, s.Version}]; u != nil {
		return u.apply(s.Payload, nil)
	}
	return nil, nil
}

// Upcast is Release.Upcast for who wants nothing but the projection's rows: of what an event
// became only that which it handles, and of that only the attributes that rows follow from.
// What else of the event cannot be read is no error then.
func (p *ProjectionType) Upcast(s Stored) ([]Stored, error) {
	for p.chain != nil {
		p = p.chain.feeder
	}
	if u := p.release.upcasts[storedType{s.StreamType, s.Name, s.Version}]; u != nil {
		return u.apply(s.Payload, p)
	}
	return []Stored{s}, nil
}

// upcast is how stored events of one type are read: all steps to current events, put
// together.
type upcast struct {
	of       storedType
	origin   string
	slots    map[string]int // attribute of the stored event -> its source
	sources  []source
	readings []reading
	ends     []ending
	becomes  []storedType // what any of its events could be, each once
}

// source is where a value comes from: an attribute of the stored event, a constant, or an
// expression over other sources.
type source struct {
	constant []byte // JSON
	made     *derivation
}

// derivation is an expression of one step.
type derivation struct {
	program, otherwise *expr.Program
	kind               *kind          // of what it gives
	reads              map[string]int // variable -> reading
	attribute, origin  string         // for messages
}

// reading is a source as a step's expressions see it.
type reading struct {
	source int // absent: no value
	field  *field
	direct bool // the value that was made is the value that is read
}

// absent stands for the source of what has no value, and the target of what sets nothing.
const absent = -1

// ending is one event that the stored one may be.
type ending struct {
	when       []int // sources, in the order of the steps; all have to be true
	refused    *RefusedError
	is         storedType
	attributes []ended
}

type ended struct {
	key    []byte // as it begins in the payload
	source int
	target int // number of the stream's attribute that it sets; absent: none
}

// upcasting is one event under way. Values are made when they are asked for, so what nothing
// comes to costs nothing and cannot fail.
type upcasting struct {
	*upcast
	cells  []cell  // by source
	typed  []typed // by reading
	failed error   // ends it, whatever an expression makes of it
}

type cell struct {
	raw  []byte // nil: the event says nothing of it
	made any    // what the derivation gave
	done bool
}

type typed struct {
	value any
	done  bool
}

func (u *upcast) begin() *upcasting {
	x := &upcasting{upcast: u, cells: make([]cell, len(u.sources))}
	if len(u.readings) > 0 {
		x.typed = make([]typed, len(u.readings))
	}
	return x
}

// apply reads the event; by is nil, or who alone wants to know.
func (u *upcast) apply(payload []byte, by *ProjectionType) ([]Stored, error) {
	x := u.begin()
	if err := x.scan(payload); err != nil {
		return u.couldBe(), &UpcastError{u.of.stream, u.of.event, u.of.version, "", "", u.origin, err}
	}
	out := make([]Stored, 0, len(u.ends))
	for i := range u.ends {
		is := u.ends[i].is
		if by != nil && !by.Handles(is.stream, is.event) {
			continue
		}
		holds, err := x.holds(u.ends[i].when)
		if holds && u.ends[i].refused != nil {
			err = u.ends[i].refused
		}
		if holds && err == nil {
			var made []byte
			made, err = x.write(u.ends[i].attributes, by, len(payload))
			out = append(out, Stored{is.stream, is.event, is.version, made})
		}
		if err != nil {
			return u.couldBe(), err
		}
	}
	return out, nil
}

func (u *upcast) couldBe() []Stored {
	list := make([]Stored, len(u.becomes))
	for i, is := range u.becomes {
		list[i] = Stored{StreamType: is.stream, Name: is.event, Version: is.version}
	}
	return list
}

// scan finds the attributes that anything may ask for.
func (x *upcasting) scan(payload []byte) error {
	s := scanner{text: payload}
	err := s.object(func(key []byte) error {
		n, known := x.slots[string(key)]
		if !known {
			return s.skip(0)
		}
		raw, err := s.raw()
		x.cells[n].raw = raw
		return err
	}, 0)
	if err == nil {
		err = s.end()
	}
	return err
}

func (x *upcasting) holds(when []int) (bool, error) {
	for _, n := range when {
		raw, err := x.raw(n)
		if err != nil || string(raw) != "true" {
			return false, err
		}
	}
	return true, nil
}

// write makes the payload, as that of a raised event: what has no value is left out.
func (x *upcasting) write(attributes []ended, by *ProjectionType, size int) ([]byte, error) {
	b := append(make([]byte, 0, size+64), '{')
	for i := range attributes {
		if n := attributes[i].target; by != nil && (n == absent || !by.wanted[n]) {
			continue
		}
		raw, err := x.raw(attributes[i].source)
		if err != nil {
			return nil, err
		}
		if raw == nil {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(b, attributes[i].key...), raw...)
	}
	return append(b, '}'), nil
}

// raw returns the JSON of the source, nil when it has no value.
func (x *upcasting) raw(n int) ([]byte, error) {
	if n == absent {
		return nil, nil
	}
	s, c := &x.sources[n], &x.cells[n]
	switch {
	case s.constant != nil:
		return s.constant, nil
	case s.made == nil || c.done:
		return c.raw, nil
	}
	value, err := x.derive(s.made)
	if err != nil {
		return nil, err
	}
	c.made, c.done = value, true
	if value != nil {
		c.raw = appendValue(nil, value)
	} else if x.says(s.made) {
		c.raw = []byte("null")
	}
	return c.raw, nil
}

// derive evaluates the expression, or what is to be taken in place of it. Without that, an
// expression that fails over nothing but absent values has none itself: events say only what
// changed.
func (x *upcasting) derive(d *derivation) (any, error) {
	value, err := x.eval(d, d.program)
	var unable *expr.EvalError
	if errors.As(err, &unable) && x.failed == nil {
		switch {
		case d.otherwise != nil:
			value, err = x.eval(d, d.otherwise)
		case x.absent(d):
			return nil, nil
		}
	}
	if x.failed != nil {
		return nil, x.failed
	}
	if err != nil {
		x.failed = &UpcastError{x.of.stream, x.of.event, x.of.version, d.attribute, d.program.Source(), d.origin, err}
		return nil, x.failed
	}
	return d.kind.adopt(value), nil
}

func (x *upcasting) eval(d *derivation, p *expr.Program) (any, error) {
	return p.Eval(&stepScope{x, d})
}

// absent reports whether the expression reads something, and none of it has a value.
func (x *upcasting) absent(d *derivation) bool {
	for _, r := range d.reads {
		if value, err := x.value(r); err != nil || value != nil {
			return false
		}
	}
	return len(d.reads) > 0
}

// says reports whether the event says anything about what the expression reads. If it
// does, an outcome without a value clears the attribute, as a null does; if not, the
// attribute is not spoken of.
func (x *upcasting) says(d *derivation) bool {
	for _, r := range d.reads {
		if raw, err := x.raw(x.readings[r].source); err == nil && raw != nil {
			return true
		}
	}
	return false
}

// stepScope is an event between two steps, as the expressions of the later one see it.
type stepScope struct {
	*upcasting
	of *derivation
}

// Lookup implements expr.Scope.
func (s *stepScope) Lookup(name string) (any, error) {
	n, known := s.of.reads[name]
	if !known {
		return nil, fmt.Errorf("the event has no %q", name)
	}
	value, err := s.value(n)
	if err == nil || s.failed != nil {
		return value, err
	}
	s.failed = &UpcastError{s.upcasting.of.stream, s.upcasting.of.event, s.upcasting.of.version, name, "", s.of.origin, err}
	return nil, s.failed
}

// value returns what a step's expressions read; nil when it is absent.
func (x *upcasting) value(n int) (any, error) {
	t, r := &x.typed[n], &x.readings[n]
	if t.done || r.source == absent {
		return t.value, nil
	}
	raw, err := x.raw(r.source)
	if err != nil {
		return nil, err
	}
	if r.direct && x.sources[r.source].made != nil { // else it was found to be constant
		t.value = x.cells[r.source].made
	} else if raw != nil {
		read := &reader{scanner: scanner{text: raw}}
		t.value, err = read.read(r.field.kind, r.field, &place{name: r.field.Name})
		if err := read.fact(err); err != nil {
			return nil, err
		}
	}
	t.done = true
	return t.value, nil
}

// findStored finds under which names the projections' events may be stored.
func (r *Release) findStored() {
	for _, p := range r.sorted {
		p.storedEvents = slices.Clone(p.Events)
	}
	for stored, u := range r.upcasts {
		for _, is := range u.becomes {
			for _, p := range r.touches[eventKey(is.stream, is.event)] {
				p.storedEvents = append(p.storedEvents, stored.event)
			}
		}
	}
	for _, p := range r.sorted {
		slices.Sort(p.storedEvents)
		p.storedEvents = slices.Compact(p.storedEvents)
	}
}

// StoredEvents returns the names under which events may be stored that the projection
// handles, sorted; callers do not change the list. Not all events of these names are such.
func (p *ProjectionType) StoredEvents() []string { return p.storedEvents }

// HandlesStored reports whether a stored event, or what its upcasts may make of it, can
// change a row of the projection. It is Handles for events that nobody has read.
func (p *ProjectionType) HandlesStored(streamType, event string, version int) bool {
	if u := p.release.upcasts[storedType{streamType, event, version}]; u != nil {
		return slices.ContainsFunc(u.becomes, func(is storedType) bool { return p.Handles(is.stream, is.event) })
	}
	return p.Handles(streamType, event)
}
