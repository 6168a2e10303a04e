package model

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/expr"
)

// ProjectionType folds events into rows of one table.
type ProjectionType struct {
	*Projection
	Table string // physical name without schema, e.g. "order_1a2b3c4d5e6f": what has the same content shares it

	stream  *StreamType
	columns []*column
	wanted  []bool           // by number of the stream's attribute: a column needs it
	hidden  []int            // wanted attributes that no column shows, in order
	status  bool             // hidden too: the life cycle
	affects map[string][]int // event -> columns that it can change
}

// column is a stored column.
type column struct {
	*Column
	kind    *kind
	program *expr.Program
	plain   int  // number of the attribute that it shows as it is, or -1
	status  bool // it shows the life cycle as it is
}

// Row is a row of a projection: one per stream.
type Row struct {
	Key    uuid.UUID      // the stream's id
	Values map[string]any // by column name: nil, string, int64, decimal.Decimal, bool, time.Time, uuid.UUID, json.RawMessage;
	// a money column is decimal.Decimal with its currency under "<column>Currency"
	Hidden json.RawMessage // what later folds need and no column shows; nil when nothing

	state *State // what Values and Hidden were made of; nil for a row from the database
}

func (l *loader) newProjection(p *Projection) (*ProjectionType, error) {
	t := l.release.streams[p.From]
	if t == nil {
		return nil, located(p.Origin, fmt.Errorf("it is from %s, which there is not", p.From))
	}
	made := &ProjectionType{Projection: p, Table: Snake(p.From) + "_" + p.Fingerprint, stream: t,
		wanted: make([]bool, len(t.attributes)), affects: make(map[string][]int, len(p.Events))}
	shown := make([]bool, len(t.attributes))
	needsStatus, showsStatus := false, false
	reads := make([]map[int]bool, 0, len(p.Columns))
	for i := range p.Columns {
		if p.Columns[i].Expr == "" {
			continue
		}
		c, err := l.newColumn(t, &p.Columns[i])
		if err != nil {
			return nil, located(p.Columns[i].Origin, err)
		}
		needs := t.reads(c.program)
		for n := range needs {
			if n == readsStatus {
				needsStatus = true
				continue
			}
			made.wanted[n] = true
		}
		if c.plain >= 0 {
			shown[c.plain] = true
		}
		showsStatus = showsStatus || c.status
		made.columns, reads = append(made.columns, c), append(reads, needs)
	}
	made.status = needsStatus && !showsStatus
	for n, wanted := range made.wanted {
		if wanted && !shown[n] {
			made.hidden = append(made.hidden, n)
		}
	}
	return made, made.events(reads)
}

func (l *loader) newColumn(t *StreamType, c *Column) (*column, error) {
	kind, err := l.kinds.kind(c.Name, &c.Type)
	if err != nil {
		return nil, err
	}
	program, err := t.env.Compile(c.Expr)
	if err != nil {
		return nil, err
	}
	if !program.Type().AssignableTo(kind.as) {
		return nil, fmt.Errorf("%s is %s, but its expression is %s", c.Name, kind.as, program.Type())
	}
	made := &column{Column: c, kind: kind, program: program, plain: -1}
	switch name := program.Variable(); {
	case name == "":
	case name == statusName && len(t.Lifecycle) > 0:
		made.status = true
	default:
		if n := t.attribute(name); n >= 0 && t.attributes[n].kind.Kind == kind.Kind {
			made.plain = n
		}
	}
	return made, nil
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

// Handles reports whether the event can change a row of the projection.
func (p *ProjectionType) Handles(streamType, event string) bool {
	_, handled := p.affects[event]
	return handled && streamType == p.From
}
