package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

// currencySuffix names the column beside a money column that holds its currency.
const currencySuffix = "Currency"

// Fact is a stored event, as it is folded into a row.
type Fact struct {
	Stream  uuid.UUID
	Name    string
	Version int
	Payload json.RawMessage
}

// Fold applies one event to its stream's row, nil when there is none yet, and returns the new row. It is pure.
// An event that the projection does not handle leaves the row as it is, and a column that
// is a copy keeps the value it has. Only a source folds events.
func (p *ProjectionType) Fold(row *Row, f Fact) (*Row, error) {
	columns, handled := p.affects[f.Name]
	if !handled {
		return row, nil
	}
	state, err := p.restore(row)
	if err != nil {
		return nil, fmt.Errorf("row %s of %s: %w", f.Stream, p.Name, err)
	}
	e := p.stream.events[f.Name]
	next, err := p.stream.apply(state, e, f.Payload, p.wanted)
	if err != nil {
		return nil, fmt.Errorf("%s, event version %d: %w", p.Name, f.Version, err)
	}
	folded := &Row{Key: f.Stream, state: next}
	if row == nil {
		folded.Values, columns = p.blank(), nil
	} else {
		folded.Values, folded.Hidden = maps.Clone(row.Values), row.Hidden
	}
	err = p.fill(folded.Values, newView(next), columns)
	if err != nil {
		return nil, err
	}
	if row == nil || p.hides(e) {
		folded.Hidden = p.hide(next)
	}
	return folded, nil
}

// Advance applies one event to what the projection needs of its stream's state, nil when
// there is none yet. Advance over all events and then Show is Fold for who wants the last
// row only: columns are computed once. It is pure.
func (p *ProjectionType) Advance(s *State, f Fact) (*State, error) {
	if _, handled := p.affects[f.Name]; !handled {
		return s, nil
	}
	if s == nil {
		s = p.stream.Empty()
	}
	next, err := p.stream.apply(s, p.stream.events[f.Name], f.Payload, p.wanted)
	if err != nil {
		return nil, fmt.Errorf("%s, event version %d: %w", p.Name, f.Version, err)
	}
	return next, nil
}

// Show makes the row of a stream of the state that Advance gave.
func (p *ProjectionType) Show(stream uuid.UUID, s *State) (*Row, error) {
	row := &Row{Key: stream, Values: p.blank(), Hidden: p.hide(s), state: s}
	return row, p.fill(row.Values, newView(s), nil)
}

// blank returns the values of a new row: copies are empty until somebody looks them up.
func (p *ProjectionType) blank() map[string]any {
	values := make(map[string]any, 2*len(p.stored))
	for _, c := range p.copies {
		c.store(values, nil)
	}
	return values
}

// fill computes the columns of those numbers, all when columns is nil. An expression that has
// no value in this scope leaves its column empty: facts are never refused.
func (p *ProjectionType) fill(values map[string]any, scope expr.Scope, columns []int) (err error) {
	each(columns, len(p.columns), func(i int) {
		c := p.columns[i]
		value, failed := c.program.Eval(scope)
		var unable *expr.EvalError
		if failed != nil && !errors.As(failed, &unable) {
			err = fmt.Errorf("%s.%s: %w", p.Name, c.Name, failed)
		}
		c.store(values, c.kind.adopt(value))
	})
	return err
}

// store puts the value into the row in the form that the database takes.
func (c *column) store(values map[string]any, value any) {
	switch v := value.(type) {
	case expr.Money:
		values[c.Name], values[c.Name+currencySuffix] = v.Amount, v.Currency
		return
	case nil:
		if c.kind.Kind == Money {
			values[c.Name+currencySuffix] = nil
		}
	case expr.Date:
		value = v.Time()
	case *expr.Row, expr.Rows, expr.Custom:
		value = json.RawMessage(appendValue(nil, v))
	case string:
		if c.kind.Kind == Ref {
			value = refValue(v)
		}
	}
	values[c.Name] = value
}

func refValue(text string) any {
	id, err := uuid.Parse(text)
	if err != nil {
		return nil
	}
	return id
}

// hides reports whether the event can change what Hidden holds.
func (p *ProjectionType) hides(e *eventType) bool {
	if p.status && e.To != "" {
		return true
	}
	for _, n := range p.hidden {
		if e.sets(map[int]bool{n: true}) {
			return true
		}
	}
	return false
}

// storedHidden is the JSON of Row.Hidden.
type storedHidden struct {
	Status     string          `json:"status,omitempty"`
	Attributes json.RawMessage `json:"attributes,omitempty"`
}

// hide writes what the columns do not show.
func (p *ProjectionType) hide(s *State) json.RawMessage {
	if len(p.hidden) == 0 && !p.status {
		return nil
	}
	text := []byte{'{'}
	if p.status {
		text = appendText(append(text, `"status":`...), s.status)
		if len(p.hidden) > 0 {
			text = append(text, ',')
		}
	}
	if len(p.hidden) > 0 {
		text = p.stream.appendAttributes(append(text, `"attributes":`...), s, p.hidden)
	}
	return append(text, '}')
}

// restore returns the state that the row was made of, as far as the projection needs it.
func (p *ProjectionType) restore(row *Row) (*State, error) {
	if row == nil {
		return p.stream.Empty(), nil
	}
	if row.state != nil {
		return row.state, nil
	}
	s := p.stream.Empty()
	s.Revision = 1
	if err := p.reveal(s, row.Hidden, nil); err != nil {
		return nil, err
	}
	for _, c := range p.columns {
		if err := c.restore(s, row.Values); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return s, nil
}

// reveal reads what rows hide into the state; of the attributes only those, when only is not nil.
func (p *ProjectionType) reveal(s *State, hidden []byte, only []bool) error {
	if len(hidden) == 0 {
		return nil
	}
	var stored storedHidden
	if err := json.Unmarshal(hidden, &stored); err != nil {
		return fmt.Errorf("hidden values: %w", err)
	}
	s.status = stored.Status
	if len(stored.Attributes) == 0 {
		return nil
	}
	return p.stream.readAttributes(s, stored.Attributes, only)
}

// restore puts the attribute that the column shows into the state.
func (c *column) restore(s *State, values map[string]any) (err error) {
	value := values[c.Name]
	switch {
	case value == nil:
	case c.status:
		s.status, _ = value.(string)
	case c.plain >= 0:
		s.values[c.plain], err = c.load(value, values)
	}
	return err
}

// load is the inverse of store.
func (c *column) load(value any, values map[string]any) (any, error) {
	switch v := value.(type) {
	case decimal.Decimal:
		if c.kind.Kind == Money {
			currency, _ := values[c.Name+currencySuffix].(string)
			return expr.Money{Amount: v, Currency: currency}, nil
		}
	case time.Time:
		if c.kind.Kind == Date {
			return expr.DateOf(v), nil
		}
		return v.UTC(), nil
	case uuid.UUID:
		return v.String(), nil
	case json.RawMessage:
		r := &reader{scanner: scanner{text: v}}
		loaded, err := r.read(c.kind, &field{Attribute: &Attribute{Name: c.Name}, kind: c.kind}, nil)
		return loaded, r.fact(err)
	}
	return value, nil
}
