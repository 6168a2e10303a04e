package projection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
)

// change is what a page of events does to one unit.
type change struct {
	unit       *Unit
	events     []es.Event               // those that the root handles, as its release reads them, in order
	unreadable map[int64]error          // why, of those that it cannot read, by their numbers; nil for most
	loaded     map[uuid.UUID]*model.Row // the root's rows before the page; a missing one does not exist
	poison     *poison                  // the event that stopped the unit, nil for most
}

// poison is an event that a unit cannot take, and why.
type poison struct {
	event es.Event
	err   error
}

// distribute gives each unit the events that it handles. Units that are left out get none.
func (p *Plan) distribute(events []es.Event, left func(*Unit) bool) []*change {
	changes := map[*Unit]*change{}
	var touched []*change
	for _, e := range events {
		var read reading
		for _, u := range p.handling(eventType{e.StreamType, e.PayloadItemName, e.PayloadVersion}) {
			if left(u) {
				continue
			}
			c := changes[u]
			if c == nil {
				c = &change{unit: u}
				changes[u] = c
				touched = append(touched, c)
			}
			c.take(e, &read)
		}
	}
	return slices.DeleteFunc(touched, func(c *change) bool { return len(c.events) == 0 })
}

// change is what the events do to the unit; those that it does not handle are left out.
func (u *Unit) change(events []es.Event) *change {
	c := &change{unit: u}
	for _, e := range events {
		if u.Root.Projection.HandlesStored(e.StreamType, e.PayloadItemName, e.PayloadVersion) {
			c.take(e, &reading{})
		}
	}
	return c
}

// reading is a stored event as one release reads it: units of the same release share it.
type reading struct {
	by     *model.Release
	events []es.Event
	err    error
}

// take adds what the stored event is in the unit's release, as far as the root handles it. Of
// one that cannot be read as far as the root needs it, it takes what it could have been, so
// that it stops the unit.
func (c *change) take(e es.Event, last *reading) {
	root := c.unit.Root.Projection
	by := root.Release()
	if release.Reads(by, &e) {
		c.events = append(c.events, e)
		return
	}
	if last.by != by {
		last.by = by
		last.events, last.err = release.Upcast(by, e)
	}
	events, err := last.events, last.err
	if err != nil {
		events, err = release.UpcastFor(root, e)
	}
	for _, is := range events {
		if root.Handles(is.StreamType, is.PayloadItemName) {
			c.events = append(c.events, is)
		}
	}
	if err != nil {
		if c.unreadable == nil {
			c.unreadable = map[int64]error{}
		}
		c.unreadable[e.SequenceNumber] = err
	}
}

// keys returns the keys of the root's rows that the events touch, each once.
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

// load reads the touched rows of all units' roots, one statement each, in one round trip.
func load(ctx context.Context, tx pgx.Tx, account uuid.UUID, changes []*change) error {
	if len(changes) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	for _, c := range changes {
		c.queueLoad(batch, account)
	}
	return tx.SendBatch(ctx, batch).Close()
}

func (c *change) queueLoad(batch *pgx.Batch, account uuid.UUID) {
	c.loaded = map[uuid.UUID]*model.Row{}
	batch.Queue(c.unit.Root.load, account, c.keys()).Query(c.unit.Root.scan(func(row *model.Row) { c.loaded[row.Key] = row }))
}

// fold applies the events to the loaded rows, which stay as they are. It stops at an event
// that cannot be applied, and remembers it. What one stored event became is applied whole or
// not at all.
func (c *change) fold() *delta {
	d := newDelta(c.unit.Root)
	for left := c.events; len(left) > 0; {
		e := left[0]
		row := c.loaded[e.StreamID]
		if r := d.rows[e.StreamID]; r != nil {
			row = r.after
		}
		err := c.unreadable[e.SequenceNumber]
		for ; err == nil && len(left) > 0 && left[0].SequenceNumber == e.SequenceNumber; left = left[1:] {
			row, err = c.unit.Root.foldOne(row, left[0])
		}
		if err != nil {
			c.poison = &poison{event: e, err: err}
			return d
		}
		r := d.row(e.StreamID)
		r.before, r.after, r.sequence = c.loaded[e.StreamID], row, e.SequenceNumber
	}
	return d
}

// errNoText is found at the event that brings it, not when a page is written: a later event
// of the page may replace the text, and then the outcome would depend on where pages end.
var errNoText = errors.New("PostgreSQL stores no text with a NUL in it, or that is not UTF-8")

// foldOne applies one event. A panic in the interpreter is a failure of this projection
// and must not take the others down with it.
func (t *Target) foldOne(before *model.Row, e es.Event) (after *model.Row, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("fold panicked: %v", p)
		}
	}()
	after, err = t.Projection.Fold(before, model.Fact{Stream: e.StreamID, Name: e.PayloadItemName, Version: e.PayloadVersion, Payload: e.Payload})
	if err != nil {
		return nil, err
	}
	if after == nil {
		return nil, fmt.Errorf("fold gave no row")
	}
	return after, t.checkTexts(after)
}

func (t *Target) checkTexts(row *model.Row) error {
	for _, cell := range t.cells {
		if text, ok := row.Values[cell.value].(string); ok && (strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text)) {
			return &unwritableError{column: cell.value, cause: errNoText}
		}
	}
	return nil
}
