package model

import (
	"encoding/json"
	"fmt"

	"github.com/polderhq/polder/internal/model/expr"
)

// State is the folded state of one stream. The zero revision means that it does not exist.
// Decisions and Apply never change a State in place: Apply returns a new one, which shares
// what did not change.
type State struct {
	Revision int

	of     *StreamType
	status string
	values []any // by number of the stream's attribute; nil when absent
}

// Stream returns the type of the stream.
func (s *State) Stream() *StreamType { return s.of }

// Status returns the state of the life cycle, empty before the first event that sets it.
func (s *State) Status() string { return s.status }

// Get returns the value of the attribute, compute or Status; false when it is absent,
// cannot be computed, or there is none of that name.
func (s *State) Get(name string) (any, bool) {
	value, err := newView(s).Lookup(name)
	return value, err == nil && value != nil
}

// view is a state as expressions see it. It computes on demand and remembers what it
// computed; it is for one goroutine.
type view struct {
	state *State
	memo  []any
	known []bool
}

func newView(s *State) *view { return &view{state: s} }

// Lookup implements expr.Scope.
func (v *view) Lookup(name string) (any, error) {
	if i := v.state.of.shape.Index(name); i >= 0 {
		return v.Field(i)
	}
	return nil, fmt.Errorf("%s has no %q", v.state.of.Name, name)
}

// Field implements expr.Fields: attributes first, then computes, then Status.
func (v *view) Field(i int) (any, error) {
	t := v.state.of
	if i < len(t.attributes) {
		return v.state.values[i], nil
	}
	if i -= len(t.attributes); i < len(t.computes) {
		return v.compute(i)
	}
	if v.state.status == "" {
		return nil, nil
	}
	return v.state.status, nil
}

func (v *view) compute(i int) (any, error) {
	c := v.state.of.computes[i]
	if v.memo == nil {
		v.memo = make([]any, len(v.state.of.computes))
		v.known = make([]bool, len(v.state.of.computes))
	}
	if v.known[i] {
		return v.memo[i], nil
	}
	value, err := c.program.Eval(v)
	if err != nil {
		return nil, err
	}
	v.memo[i], v.known[i] = c.kind.adopt(value), true
	return v.memo[i], nil
}

// storedState is the JSON of a snapshot.
type storedState struct {
	Revision   int             `json:"revision"`
	Status     string          `json:"status,omitempty"`
	Attributes json.RawMessage `json:"attributes"`
}

// EncodeState and DecodeState are for snapshots; the encoding holds under one release only.
func (t *StreamType) EncodeState(s *State) (json.RawMessage, error) {
	attributes := t.appendAttributes(nil, s, nil)
	return json.Marshal(storedState{s.Revision, s.status, attributes})
}

// DecodeState is the inverse of EncodeState.
func (t *StreamType) DecodeState(text json.RawMessage) (*State, error) {
	var stored storedState
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, fmt.Errorf("snapshot of %s: %w", t.Name, err)
	}
	s := t.Empty()
	s.Revision, s.status = stored.Revision, stored.Status
	if err := t.readAttributes(s, stored.Attributes, nil); err != nil {
		return nil, fmt.Errorf("snapshot of %s: %w", t.Name, err)
	}
	return s, nil
}

// appendAttributes appends the state's attributes as an object; those of only, when it is
// not nil. Absent ones are left out.
func (t *StreamType) appendAttributes(b []byte, s *State, only []int) []byte {
	b = append(b, '{')
	first := true
	each(only, len(t.attributes), func(i int) {
		if s.values[i] == nil {
			return
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendText(b, t.attributes[i].Name), ':')
		b = appendValue(b, s.values[i])
	})
	return append(b, '}')
}

// each calls do with the numbers of only, or with all below n when only is nil.
func each(only []int, n int, do func(i int)) {
	if only == nil {
		for i := range n {
			do(i)
		}
		return
	}
	for _, i := range only {
		do(i)
	}
}

// readAttributes reads an object of attributes into a state that nobody else has yet; those of
// only, when it is not nil.
func (t *StreamType) readAttributes(s *State, object []byte, only []bool) error {
	r := &reader{scanner: scanner{text: object}}
	err := r.object(func(key []byte) error {
		i := t.shape.IndexBytes(key)
		if i < 0 || i >= len(t.attributes) || only != nil && !only[i] {
			return r.skip(0)
		}
		return r.value(t.attributes[i], nil, s.values, i)
	}, 0)
	return r.fact(err)
}

// fact returns the error of a lenient read: of the JSON, or of a value that cannot be.
func (r *reader) fact(err error) error {
	if err == nil {
		err = r.end()
	}
	if err == nil && len(r.violations) > 0 {
		d := r.violations[0]
		err = fmt.Errorf("%s: %s", d.Path, d.Message)
	}
	return err
}

var _ interface {
	expr.Scope
	expr.Fields
} = (*view)(nil)
