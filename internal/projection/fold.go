package projection

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// change is what a page of events does to one projection.
type change struct {
	*target
	events []es.Event               // those that the projection handles, in order
	loaded map[uuid.UUID]*model.Row // the rows before the page; a missing one does not exist
	poison *poison                  // the event that stopped the projection, nil for most
}

// poison is an event that a projection cannot take, and why.
type poison struct {
	event es.Event
	err   error
}

// rows are folded rows in the order of their first event.
type rows struct {
	keys      []uuid.UUID
	byKey     map[uuid.UUID]*model.Row
	sequences map[uuid.UUID]int64
}

// distribute gives each projection the events that it handles. Projections in skip get none.
func (p *plan) distribute(events []es.Event, skip map[string]bool) []*change {
	changes := make([]*change, len(p.targets))
	var touched []*change
	for _, e := range events {
		for _, i := range p.handling(eventType{e.StreamType, e.PayloadItemName}) {
			if skip[p.targets[i].table.Name] {
				continue
			}
			if changes[i] == nil {
				changes[i] = &change{target: p.targets[i]}
				touched = append(touched, changes[i])
			}
			changes[i].events = append(changes[i].events, e)
		}
	}
	return touched
}

// keys returns the keys of the rows that the events touch, each once.
func (c *change) keys() []uuid.UUID {
	seen := make(map[uuid.UUID]bool, len(c.events))
	keys := make([]uuid.UUID, 0, len(c.events))
	for _, e := range c.events {
		if !seen[e.StreamID] {
			seen[e.StreamID] = true
			keys = append(keys, e.StreamID)
		}
	}
	return keys
}

// fold applies the first n events to the loaded rows, which stay as they are. It stops at
// an event that cannot be applied.
func (c *change) fold(n int) (*rows, *poison) {
	out := &rows{byKey: make(map[uuid.UUID]*model.Row, n), sequences: make(map[uuid.UUID]int64, n)}
	for _, e := range c.events[:n] {
		before, ok := out.byKey[e.StreamID]
		if !ok {
			before = c.loaded[e.StreamID]
		}
		after, err := c.foldOne(before, e)
		if err != nil {
			return out, &poison{event: e, err: err}
		}
		if !ok {
			out.keys = append(out.keys, e.StreamID)
		}
		out.byKey[e.StreamID] = after
		out.sequences[e.StreamID] = e.SequenceNumber
	}
	return out, nil
}

// errNoText is found at the event that brings it, not when a page is written: a later event
// of the page may replace the text, and then the outcome would depend on where pages end.
var errNoText = errors.New("PostgreSQL stores no text with a NUL in it, or that is not UTF-8")

// foldOne applies one event. A panic in the interpreter is a failure of this projection
// and must not take the others down with it.
func (c *change) foldOne(before *model.Row, e es.Event) (after *model.Row, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("fold panicked: %v", p)
		}
	}()
	after, err = c.projection.Fold(before, model.Fact{Stream: e.StreamID, Name: e.PayloadItemName, Version: e.PayloadVersion, Payload: e.Payload})
	if err != nil {
		return nil, err
	}
	if after == nil {
		return nil, fmt.Errorf("fold gave no row")
	}
	for _, cell := range c.cells {
		if text, ok := after.Values[cell.value].(string); ok && (strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text)) {
			return nil, &unwritableError{column: cell.value, cause: errNoText}
		}
	}
	return after, nil
}

// arguments returns what saveSQL takes.
func (c *change) arguments(account uuid.UUID, r *rows) ([]any, error) {
	sequences := make([]int64, len(r.keys))
	hidden := make([]*string, len(r.keys))
	columns := make([][]*string, len(c.cells))
	for i := range columns {
		columns[i] = make([]*string, len(r.keys))
	}
	for n, key := range r.keys {
		row := r.byKey[key]
		sequences[n] = r.sequences[key]
		if row.Hidden != nil {
			text := string(row.Hidden)
			hidden[n] = &text
		}
		for i, cell := range c.cells {
			text, err := Format(cell.typ.Kind, row.Values[cell.value])
			if err != nil {
				return nil, &unwritableError{column: cell.value, cause: err}
			}
			columns[i][n] = text
		}
	}
	arguments := []any{account, r.keys, sequences, hidden}
	for _, column := range columns {
		arguments = append(arguments, column)
	}
	return arguments, nil
}
