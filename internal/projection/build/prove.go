package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
)

// prove folds the unit's events stream by stream, as an interpreter does that knows nothing
// of bulk, and compares all rows with the built ones, or a sample of them when they were made
// of old rows; then it derives the chained rows again. Copies are not compared: what they are
// follows from other rows, which go on changing.
func (b *build) prove(ctx context.Context, u *unit) (*proof, error) {
	p := &proof{build: b, unit: u}
	err := errSeedGone
	if u.seed != nil {
		err = p.proveSample(ctx)
	}
	if errors.Is(err, errSeedGone) { // there is nothing to hold the rows against but all events
		err = p.proveRoot(ctx)
	}
	if err != nil {
		return nil, err
	}
	for _, t := range u.filled.Chain {
		if err := p.proveChained(ctx, t); err != nil {
			return nil, err
		}
	}
	if len(p.differences) > 0 {
		u.result.Differences = p.differences
		return nil, &differError{u.name(), p.differences}
	}
	return p, nil
}

// refold is the rows of some streams, one after another, folded independently.
type refold struct {
	*proof
	from   uuid.UUID
	before *uuid.UUID // nil: to the end
	rows   map[uuid.UUID]*model.Row
	stream uuid.UUID    // at hand
	state  *model.State // of it; nil: no event of it counts
}

func (r *refold) take(ctx context.Context, e *es.Event) error {
	if e.StreamID != r.stream {
		if err := r.begin(ctx, e.StreamID); err != nil {
			return err
		}
	}
	if r.unit.skipped[e.SequenceNumber] {
		return nil
	}
	if release.Reads(r.job.Release, e) {
		return r.advance(e, nil)
	}
	events, unreadable := release.UpcastFor(r.unit.live.Root.Projection, *e)
	for i := range events {
		if err := r.advance(&events[i], unreadable); err != nil {
			return err
		}
	}
	return nil
}

// advance takes an event as the release reads it, or one that it could be but for the failure.
func (r *refold) advance(e *es.Event, unreadable error) error {
	root := r.unit.live.Root.Projection
	if !root.Handles(e.StreamType, e.PayloadItemName) {
		return nil
	}
	if unreadable != nil {
		return fault.Wrap(unreadable, fault.Rejected, "Event %d cannot be read", e.SequenceNumber)
	}
	next, err := root.Advance(r.state, model.Fact{Stream: e.StreamID, Name: e.PayloadItemName, Version: e.PayloadVersion, Payload: e.Payload})
	if err != nil {
		return fault.Wrap(err, fault.Rejected, "Event %d cannot be applied", e.SequenceNumber)
	}
	r.state = next
	return nil
}

// begin ends the stream at hand, and the chunk when it is full.
func (r *refold) begin(ctx context.Context, stream uuid.UUID) error {
	if err := r.show(); err != nil {
		return err
	}
	r.stream = stream
	if len(r.rows) < proofRows {
		return nil
	}
	r.before = &stream
	err := r.compare(ctx)
	r.from, r.before, r.rows = stream, nil, map[uuid.UUID]*model.Row{}
	return err
}

// show makes the row of the stream at hand.
func (r *refold) show() (err error) {
	if r.state != nil {
		r.rows[r.stream], err = r.unit.live.Root.Projection.Show(r.stream, r.state)
		r.state = nil
	}
	return err
}

// compare holds the table's rows of the range against the folded ones.
func (r *refold) compare(ctx context.Context) error {
	root := r.unit.filled.Root
	s := span{account: r.job.AccountID, from: r.from, before: r.before}
	err := s.scan(ctx, r.Builder, root, func(found *model.Row) error {
		expected := r.rows[found.Key]
		delete(r.rows, found.Key)
		return r.hold(root, found.Key, expected, found)
	})
	if err != nil {
		return err
	}
	for _, key := range slices.SortedFunc(maps.Keys(r.rows), compareIDs) {
		if err := r.hold(root, key, r.rows[key], nil); err != nil {
			return err
		}
	}
	return nil
}

// proveChained derives the rows anew and looks each of them up.
func (p *proof) proveChained(ctx context.Context, t *projection.Target) error {
	before, derived := p.rows, int64(0)
	var expected []*model.Row
	flush := func() error {
		err := p.lookUp(ctx, t, expected)
		expected = expected[:0]
		return err
	}
	err := p.derived(ctx, t, func(row *model.Row) error {
		derived++
		if expected = append(expected, row); len(expected) < chunkRows {
			return nil
		}
		if err := p.gate.step(ctx, p.unit); err != nil {
			return err
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	var there int64
	if err := p.Builder.QueryRow(ctx, "SELECT pg_catalog.count(*) FROM "+t.Table.Quoted()+" WHERE account_id = $1", p.job.AccountID).Scan(&there); err != nil {
		return err
	}
	if there != derived && p.rows == before+derived {
		want, have := fmt.Sprint(derived), fmt.Sprint(there)
		p.differ(Difference{Table: t.Table.Name, Column: "(rows)", Expected: &want, Found: &have})
	}
	return nil
}

func (p *proof) lookUp(ctx context.Context, t *projection.Target, expected []*model.Row) error {
	if len(expected) == 0 {
		return nil
	}
	found := make(map[uuid.UUID]*model.Row, len(expected))
	keys := make([]uuid.UUID, len(expected))
	for i, row := range expected {
		keys[i] = row.Key
	}
	err := span{account: p.job.AccountID, keys: keys}.scan(ctx, p.Builder, t, func(row *model.Row) error {
		found[row.Key] = row
		return nil
	})
	if err != nil {
		return err
	}
	for _, row := range expected {
		if err := p.hold(t, row.Key, row, found[row.Key]); err != nil {
			return err
		}
	}
	return nil
}
