package diff

import (
	"cmp"
	"slices"

	"github.com/polderhq/polder/internal/model"
)

// Class says how much a change takes.
type Class string

// The classes, from the least on.
const (
	Move  Class = "move"  // the processes take the other IR
	Minor Class = "minor" // the read side grows or is built anew
	Major Class = "major" // what is stored is read in another shape
)

func (c Class) rank() int { return slices.Index([]Class{Move, Minor, Major}, c) }

// Kind is what is done for a change.
type Kind string

// The kinds of actions.
const (
	Swap    Kind = "swap"          // take the other IR
	Build   Kind = "build"         // a projection's table, from events
	Upcast  Kind = "upcast"        // an event, whenever it is read
	Rewrite Kind = "rewrite"       // the history, into another generation
	Rebuild Kind = "rebuild guard" // from the streams
	Nothing Kind = "nothing"       // it is no longer used, and goes with the old release
)

// Action is what is done for a change, and with what.
type Action struct {
	Kind Kind   `json:"kind"`
	Of   string `json:"of,omitempty"` // the projection, event or guard
}

// String returns it as people read it, such as "build Orders".
func (a Action) String() string {
	if a.Of == "" {
		return string(a.Kind)
	}
	return string(a.Kind) + " " + a.Of
}

// Change is one thing that differs.
type Change struct {
	Class     Class  `json:"class"`
	Part      string `json:"part"` // event | attribute | state | guard | number | command | query | projection | stream | value | model | history
	Name      string `json:"name"` // such as Order.OrderPlacedEvent
	What      string `json:"what"` // completes a sentence that begins with the name
	Action    Action `json:"action"`
	Place     string `json:"place"` // file:line
	LosesData bool   `json:"losesData,omitempty"`
	Narrows   bool   `json:"narrows,omitempty"`   // what is stored may not keep to it
	BreaksAPI bool   `json:"breaksApi,omitempty"` // a client of a may be refused, or miss something
}

// Table is a table that b has and a does not.
type Table struct {
	Projection  string   `json:"projection"`
	Fingerprint string   `json:"fingerprint"`
	Was         string   `json:"was,omitempty"`     // fingerprint of a's table of the projection; empty: it is new
	Seeded      bool     `json:"seeded,omitempty"`  // it only gained columns: the rows of Was hold for the others
	Adds        []string `json:"adds,omitempty"`    // the columns, when it can be seeded
	Replays     []string `json:"replays,omitempty"` // the events that the columns follow from, when it can be seeded
}

// Refusal is what stands in the way of b.
type Refusal struct {
	What  string   `json:"what"`
	Place string   `json:"place"`
	File  string   `json:"file,omitempty"`  // where one of the lines belongs; empty: declaring does not help
	Lines []string `json:"lines,omitempty"` // one of them mends it; of a whole stream type, one may be several operations
}

// Diff is what differs. Its lists are never nil.
type Diff struct {
	Class    Class     `json:"class"`    // the highest of the changes'; empty: nothing differs
	Refusals []Refusal `json:"refusals"` // none: b can follow a
	Changes  []Change  `json:"changes"`  // major, minor, move
	Tables   []Table   `json:"tables"`   // to build, by projection
}

// Compare returns what it takes to go from a to b.
func Compare(a, b *model.IR) *Diff {
	c := &comparison{a: newSide(a), b: newSide(b), diff: &Diff{Refusals: []Refusal{}, Changes: []Change{}, Tables: []Table{}},
		becomes: map[string]map[string]bool{}, targets: map[string][]*model.Event{}, arrived: map[*model.Event]bool{}}
	c.file = changesFile(a, b)
	c.model()
	if c.successor() {
		c.operations()
		c.events()
	}
	c.streams()
	c.commands()
	c.projections()
	c.queries()
	return c.result()
}

// comparison is one Compare on its way.
type comparison struct {
	a, b    *side
	diff    *Diff
	file    string                     // where what is missing is to be declared
	becomes map[string]map[string]bool // stream type of a -> those of b that its events come to
	targets map[string][]*model.Event  // "<stream>.<event>" of a -> those of b that it comes to
	arrived map[*model.Event]bool      // all of these
	scopes  *model.Scopes              // of b; nil: not needed yet
}

func (c *comparison) add(change Change) { c.diff.Changes = append(c.diff.Changes, change) }

func (c *comparison) refuse(place, what string, lines ...string) {
	r := Refusal{What: what, Place: place, Lines: lines}
	if len(lines) > 0 {
		r.File = c.file
	}
	c.diff.Refusals = append(c.diff.Refusals, r)
}

func (c *comparison) result() *Diff {
	d := c.diff
	slices.SortStableFunc(d.Changes, func(x, y Change) int { return cmp.Compare(y.Class.rank(), x.Class.rank()) })
	if len(d.Changes) > 0 {
		d.Class = d.Changes[0].Class
	}
	slices.SortFunc(d.Tables, func(x, y Table) int { return cmp.Compare(x.Projection, y.Projection) })
	return d
}

// side is one of the two releases, with what it has by name.
type side struct {
	*model.IR
	values      map[string][]model.Attribute
	streams     map[string]*model.Stream
	events      map[string]*model.Event // by "<stream>.<event>"
	projections map[string]*model.Projection
	upcasts     map[stored]*model.Upcast
}

// stored is under what an event is stored.
type stored struct {
	stream, event string
	version       int
}

func newSide(ir *model.IR) *side {
	s := &side{IR: ir, values: map[string][]model.Attribute{}, streams: map[string]*model.Stream{}, events: map[string]*model.Event{},
		projections: map[string]*model.Projection{}, upcasts: map[stored]*model.Upcast{}}
	for i := range ir.Values {
		s.values[ir.Values[i].Name] = ir.Values[i].Attributes
	}
	for i := range ir.Streams {
		stream := &ir.Streams[i]
		s.streams[stream.Name] = stream
		for j := range stream.Events {
			s.events[stream.Name+"."+stream.Events[j].Name] = &stream.Events[j]
		}
	}
	for i := range ir.Projections {
		s.projections[ir.Projections[i].Name] = &ir.Projections[i]
	}
	for i := range ir.Upcasts {
		u := &ir.Upcasts[i]
		s.upcasts[stored{u.Stream, u.Event, u.Version}] = u
	}
	return s
}
