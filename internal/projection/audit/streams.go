package audit

import (
	"bytes"
	"context"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
)

// eventPage is how many events are read at once.
const eventPage = 500

func compareKeys(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

// folding folds the events of streams, one stream after another, for the roots of some units.
type folding struct {
	*view
	by     *model.Release // of the units
	byType map[string][]*projection.Unit
	stands map[*projection.Unit]int64
	rows   map[*projection.Unit]map[uuid.UUID]*expected
	events int64
}

// newFolding leaves out the units whose tables are not whole.
func newFolding(v *view, units []*projection.Unit) *folding {
	f := &folding{view: v, byType: map[string][]*projection.Unit{}, stands: map[*projection.Unit]int64{},
		rows: map[*projection.Unit]map[uuid.UUID]*expected{}}
	for _, u := range units {
		f.by = u.Root.Projection.Release()
		at, whole := v.stands(u)
		if !whole {
			continue
		}
		f.stands[u] = at
		f.rows[u] = map[uuid.UUID]*expected{}
		f.byType[u.Root.Projection.From] = append(f.byType[u.Root.Projection.From], u)
	}
	return f
}

// add takes a stored event.
func (f *folding) add(stored es.Event) {
	f.events++
	if f.by == nil || release.Reads(f.by, &stored) {
		f.fold(stored)
		return
	}
	events, err := release.Upcast(f.by, stored)
	if err == nil {
		for _, e := range events {
			f.fold(e)
		}
		return
	}
	for u := range f.stands {
		events, err := release.UpcastFor(u.Root.Projection, stored)
		for _, e := range events {
			f.foldInto(u, e, err)
		}
	}
}

func (f *folding) fold(e es.Event) {
	for _, u := range f.byType[e.StreamType] {
		f.foldInto(u, e, nil)
	}
}

// foldInto takes an event as the release reads it, or one that it could be but for the failure.
func (f *folding) foldInto(u *projection.Unit, e es.Event, failure error) {
	root := u.Root
	if e.SequenceNumber > f.stands[u] || !root.Projection.Handles(e.StreamType, e.PayloadItemName) || f.skipped[root.Table.Name][e.SequenceNumber] {
		return
	}
	row := f.rows[u][e.StreamID]
	if row == nil {
		row = &expected{}
		f.rows[u][e.StreamID] = row
	}
	if row.failure != nil {
		return
	}
	if row.failure = failure; failure == nil {
		row.row, row.failure = root.Fold(row.row, e)
	}
	row.sequence = e.SequenceNumber
}

// streams compares the rows of the units' roots with a fold of their events: those of the
// streams from a key on, until it has read so many events and a stream is at its end. It
// returns the stream to go on with, nil at the end of the account.
func (c *check) streams(ctx context.Context, units []*projection.Unit, from uuid.UUID, limit int64) (next *uuid.UUID, err error) {
	f := newFolding(c.view, units)
	after := es.StreamsRange{AccountID: c.account, After: from, Limit: eventPage}
	for end := false; !end && next == nil; {
		events, err := es.ReadStreams(ctx, c.tx, after)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			if f.events >= limit && e.StreamID != after.After {
				next = &e.StreamID
				break
			}
			f.add(e)
			after.After, after.AfterRevision = e.StreamID, e.StreamRevision
		}
		end = len(events) < eventPage
	}
	c.report.Events += f.events
	for _, u := range units {
		if _, whole := f.stands[u]; !whole {
			continue
		}
		if err := c.compareRange(ctx, u.Root, f.rows[u], keyRange{from, next}); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// compareRange compares what is expected in the range with the rows that are there.
func (c *check) compareRange(ctx context.Context, t *projection.Target, rows map[uuid.UUID]*expected, r keyRange) error {
	pairs := make(map[uuid.UUID]*pair, len(rows))
	for key, row := range rows {
		pairs[key] = &pair{want: *row}
	}
	err := c.inRange(ctx, t, r, func(s stored) {
		p := pairs[s.Key]
		if p == nil {
			p = &pair{}
			pairs[s.Key] = p
		}
		p.have = s
	})
	if err == nil {
		_, err = c.compare(ctx, t, pairs)
	}
	return err
}

// someStreams is streams for the rows of these keys.
func (c *check) someStreams(ctx context.Context, u *projection.Unit, keys []uuid.UUID) (map[uuid.UUID]*pair, error) {
	f := newFolding(c.view, []*projection.Unit{u})
	events, err := es.ReadStreams(ctx, c.tx, es.StreamsRange{AccountID: c.account, Only: keys})
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		f.add(e)
	}
	c.report.Events += f.events
	have, err := c.byKey(ctx, u.Root, keys)
	if err != nil {
		return nil, err
	}
	pairs := make(map[uuid.UUID]*pair, len(keys))
	for _, key := range keys {
		p := &pair{have: have[key]}
		if row := f.rows[u][key]; row != nil {
			p.want = *row
		}
		pairs[key] = p
	}
	return c.compare(ctx, u.Root, pairs)
}
