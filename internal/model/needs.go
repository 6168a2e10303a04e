package model

import (
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/expr"
)

// Need is another stream whose state a decision reads.
type Need struct {
	Type  []string // the stream types it may be of
	ID    uuid.UUID
	Path  string // place in the input, for the message when it does not exist
	Exact bool   // the decision depends on its state, not only on its existence
}

// Needs returns the other streams that a decision on this input reads, given the own stream's state.
// Each stream is there once for each set of types that it has to be of.
func (c *CommandType) Needs(in *Input, own *State) ([]Need, error) {
	if own == nil {
		own = c.Stream.Empty()
	}
	var found []Need
	for i, f := range c.input.fields {
		if i != c.id {
			found = collect(found, f.kind, in.values[i], &place{name: f.Name})
		}
	}
	scope := &scope{in: in, after: newView(c.preview(in, own)), before: newView(own)}
	for _, r := range c.raises {
		for _, claim := range r.event.claims {
			via, err := c.via(r, claim, scope)
			if err != nil {
				return nil, err
			}
			if via != nil {
				found = add(found, *via)
			}
		}
	}
	return found, nil
}

// collect adds the refs in a value of an input, also those in rows and value objects.
func collect(found []Need, k *kind, value any, at *place) []Need {
	switch v := value.(type) {
	case string:
		if k.Kind == Ref {
			return add(found, Need{Type: k.Targets, ID: uuid.MustParse(v), Path: at.String()})
		}
	case *expr.Row:
		return collectRow(found, k, v, at)
	case expr.Rows:
		for i, row := range v {
			found = collectRow(found, k, row, &place{outer: at, index: i})
		}
	}
	return found
}

func collectRow(found []Need, k *kind, row *expr.Row, at *place) []Need {
	for i, f := range k.fields {
		found = collect(found, f.kind, row.Values[i], &place{outer: at, name: f.Name})
	}
	return found
}

func add(found []Need, n Need) []Need {
	for i, known := range found {
		if known.ID == n.ID && slices.Equal(known.Type, n.Type) {
			found[i].Exact = known.Exact || n.Exact
			return found
		}
	}
	return append(found, n)
}

// via returns the stream whose limit the event claims, nil when it names none.
func (c *CommandType) via(r *raise, claim *limitClaim, scope *scope) (*Need, error) {
	value := scope.after.state.values[claim.via]
	if p := r.with[claim.Via]; p != nil {
		var err error
		if value, err = p.Eval(scope); err != nil {
			return nil, reject(fail(r.Origin, claim.Via, "", err))
		}
	}
	text, ok := value.(string)
	if !ok {
		return nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, err
	}
	path := ""
	if c.input.shape.Index(claim.Via) >= 0 {
		path = claim.Via
	}
	return &Need{Type: c.Stream.attributes[claim.via].kind.Targets, ID: id, Path: path, Exact: true}, nil
}
