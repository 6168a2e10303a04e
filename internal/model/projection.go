package model

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/expr"
)

// ProjectionType makes the rows of one table: a source out of events, a chained one out of
// the rows of its feeder.
type ProjectionType struct {
	*Projection
	Table string // physical name without schema, e.g. "order_1a2b3c4d5e6f": what has the same content shares it

	chain   *chain // nil: a source
	stream  *StreamType
	stored  map[string]*column
	columns []*column        // the stored ones that expressions make, in order
	copies  []*column        // the stored ones that keep what another row has
	wanted  []bool           // by number of the stream's attribute: a column needs it
	hidden  []int            // wanted attributes that no column shows, in order
	status  bool             // hidden too: the life cycle
	affects map[string][]int // event -> columns that it can change

	release      *Release
	storedEvents []string
}

// column is a stored column.
type column struct {
	*Column
	kind    *kind
	program *expr.Program
	plain   int  // number of the stream's attribute that it shows as it is, or -1
	status  bool // it shows the life cycle as it is
}

// Row is a row of a projection.
type Row struct {
	Key    uuid.UUID      // of a source the stream's id, of a chained projection what Derive and Member say
	Values map[string]any // by column name: nil, string, int64, decimal.Decimal, bool, time.Time, uuid.UUID, json.RawMessage;
	// a money column is decimal.Decimal with its currency under "<column>Currency"
	Hidden json.RawMessage // what later folds need and no column shows; nil when nothing

	state *State // what Values and Hidden were made of; nil for a row from the database
}

// Release returns the release that the projection is of.
func (p *ProjectionType) Release() *Release { return p.release }

// newProjection makes a projection ready; feeder is nil for a source.
func (l *loader) newProjection(p *Projection, feeder *ProjectionType) (*ProjectionType, error) {
	t := l.release.streams[p.From]
	if t == nil {
		return nil, located(p.Origin, fmt.Errorf("it is from %s, which there is not", p.From))
	}
	made := &ProjectionType{Projection: p, Table: Snake(p.From) + "_" + p.Fingerprint, stream: t, release: l.release,
		stored: make(map[string]*column, len(p.Columns)), affects: make(map[string][]int, len(p.Events))}
	for i := range p.Columns {
		c := &p.Columns[i]
		if !c.Stored() {
			continue
		}
		kind, err := l.kinds.kind(c.Name, &c.Type)
		if err == nil && c.Ordered && !c.Type.Kind.Numeric() {
			err = fmt.Errorf("%s is %s, which sorts by itself", c.Name, c.Type.Kind)
		}
		if err != nil {
			return nil, located(c.Origin, err)
		}
		made.stored[c.Name] = &column{Column: c, kind: kind, plain: -1}
	}
	if feeder != nil {
		return made, l.follow(made, feeder)
	}
	return made, made.source()
}

// source makes ready what events are folded with.
func (p *ProjectionType) source() error {
	p.wanted = make([]bool, len(p.stream.attributes))
	if err := p.compile(p.stream.env); err != nil {
		return err
	}
	shown := make([]bool, len(p.stream.attributes))
	needsStatus, showsStatus := false, false
	reads := make([]map[int]bool, 0, len(p.columns))
	for _, c := range p.columns {
		p.show(c)
		needs := p.stream.reads(c.program)
		for n := range needs {
			if n == readsStatus {
				needsStatus = true
				continue
			}
			p.wanted[n] = true
		}
		if c.plain >= 0 {
			shown[c.plain] = true
		}
		showsStatus, reads = showsStatus || c.status, append(reads, needs)
	}
	p.status = needsStatus && !showsStatus
	for n, wanted := range p.wanted {
		if wanted && !shown[n] {
			p.hidden = append(p.hidden, n)
		}
	}
	return p.events(reads)
}

// compile compiles the columns' expressions, and tells them from copies.
func (p *ProjectionType) compile(env *expr.Env) error {
	for i := range p.Columns {
		c := p.stored[p.Columns[i].Name]
		switch {
		case c == nil:
			continue
		case c.Copy != nil:
			p.copies = append(p.copies, c)
			continue
		}
		program, err := env.Compile(c.Expr)
		if err == nil && !program.Type().AssignableTo(c.kind.as) {
			err = fmt.Errorf("%s is %s, but its expression is %s", c.Name, c.kind.as, program.Type())
		}
		if err != nil {
			return located(c.Origin, err)
		}
		c.program = program
		p.columns = append(p.columns, c)
	}
	return nil
}

// show finds out whether the column shows a part of the stream's state as it is.
func (p *ProjectionType) show(c *column) {
	switch name := c.program.Variable(); {
	case name == "":
	case name == statusName && len(p.stream.Lifecycle) > 0:
		c.status = true
	default:
		if n := p.stream.attribute(name); n >= 0 && p.stream.attributes[n].kind.Kind == c.kind.Kind {
			c.plain = n
		}
	}
}

// readsStatus stands for the life cycle among the numbers of attributes.
const readsStatus = -1

// reads returns the numbers of the attributes that the program reads, by itself or through
// computes.
func (t *StreamType) reads(p *expr.Program) map[int]bool {
	found := map[int]bool{}
	for _, name := range roots(p) {
		n := t.shape.Index(name)
		switch computed := n - len(t.attributes); {
		case n < len(t.attributes):
			found[n] = true
		case computed < len(t.computes):
			for m := range t.reads(t.computes[computed].program) {
				found[m] = true
			}
		default:
			found[readsStatus] = true
		}
	}
	return found
}

// events finds which columns an event of the projection can change.
func (p *ProjectionType) events(reads []map[int]bool) error {
	for _, name := range p.Events {
		e := p.stream.events[name]
		if e == nil {
			return located(p.Origin, fmt.Errorf("%s has no event %s", p.From, name))
		}
		columns := []int{}
		for i, needs := range reads {
			if needs[readsStatus] && e.To != "" || e.sets(needs) {
				columns = append(columns, i)
			}
		}
		p.affects[name] = columns
	}
	return nil
}

func (e *eventType) sets(attributes map[int]bool) bool {
	for _, n := range e.target {
		if attributes[n] {
			return true
		}
	}
	return false
}

// Handles reports whether the event can change a row of the projection, of a chained one
// over the rows of what feeds it.
func (p *ProjectionType) Handles(streamType, event string) bool {
	_, handled := p.affects[event]
	return handled && streamType == p.From
}
