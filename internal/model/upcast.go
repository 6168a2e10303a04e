package model

import (
	"encoding/json"
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
	kind               *kind // of what it gives
	reads              []variable
	only               int     // source of the one stored attribute that it follows from; absent: it is not one
	unsaid             *unsaid // nil: nobody knows beforehand
	attribute, origin  string  // for messages
}

// variable is a name in an expression, and the number of the reading that it stands for.
type variable struct {
	name    string
	reading int
}

// unsaid is what an expression gives over an event that says nothing of what it reads.
type unsaid struct{ value any }

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
	name   string
	key    []byte // the name as it begins in the payload
	source int
	target int // number of the stream's attribute that it sets; absent: none
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
