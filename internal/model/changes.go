package model

import "slices"

// ChangeSet is what one release changed in events that are stored already, as its file below
// changes/ declares it. A release carries the sets of all releases before it as well, oldest
// first: whatever was ever stored can be read by it alone.
type ChangeSet struct {
	Version    string      `json:"version"`           // the release that made the change; the file's name
	Reverts    string      `json:"reverts,omitempty"` // the set that this one takes back; made by a rollback, never written by hand
	Operations []Operation `json:"operations"`
	Origin     string      `json:"origin"`
}

// Operation is one declared change, of one of the seventeen kinds of Overeem, Spoor and Jansen
// ("The dark side of event sourcing", 2017). Which of the fields a kind uses, and what they
// mean to it, package change says.
type Operation struct {
	Kind     string            `json:"kind"`     // e.g. "rename event"
	Declared map[string]string `json:"declared"` // as in the file, for people and for comparing
	Origin   string            `json:"origin"`
}

// Upcast is how a stored event of one version is read by this release: what it becomes in the
// next version of itself, from where further upcasts may lead on. An event without one is
// current. Upcasts follow from the change sets.
type Upcast struct {
	Stream  string      `json:"stream"` // as it is stored
	Event   string      `json:"event"`
	Version int         `json:"version"`
	Reads   []Attribute `json:"reads,omitempty"`  // attributes of the stored event that expressions read
	Into    []Into      `json:"into,omitempty"`   // none: the event says nothing any more
	Refuse  string      `json:"refuse,omitempty"` // it cannot be said in this release, and why; Into is empty
	Origin  string      `json:"origin"`
}

// Into is an event that a stored one becomes, in the place that the stored one has.
type Into struct {
	Stream     string   `json:"stream"`
	Event      string   `json:"event"`
	Version    int      `json:"version"`
	When       string   `json:"when,omitempty"` // CEL over the stored event, bool; absent: always
	Attributes []Derive `json:"attributes"`     // all of them, sorted by name; one that is absent has no value
}

// Derive is where an attribute's value comes from: the stored event's attribute From as it
// is, or the expression.
type Derive struct {
	Name string `json:"name"`
	From string `json:"from,omitempty"`
	Expr string `json:"expr,omitempty"` // CEL over the stored event's attributes
	Type *Type  `json:"type,omitempty"` // of what Expr gives
	Else string `json:"else,omitempty"` // CEL; taken where Expr has no value. Absent: the event cannot be read
}

// TakesBack reports whether the release is one that leads back, or follows one: it has sets that
// take others back.
func (ir *IR) TakesBack() bool {
	return slices.ContainsFunc(ir.Changes, func(s ChangeSet) bool { return s.Reverts != "" })
}
