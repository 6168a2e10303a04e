package build

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// prove folds the unit's events in the way of the live page and compares all rows with the
// built ones; then it derives the chained rows again. Copies are not compared: what they
// are follows from other rows, which go on changing.
func (b *build) prove(ctx context.Context, u *unit) (*proof, error) {
	p := &proof{build: b, unit: u}
	var from uuid.UUID
	for more := true; more; {
		r := &refold{proof: p, from: from, rows: map[uuid.UUID]*model.Row{}}
		if err := r.run(ctx); err != nil {
			return nil, err
		}
		if err := r.compare(ctx); err != nil {
			return nil, err
		}
		if more = r.before != nil; more {
			from = *r.before
		}
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

// refold is an independent fold of a range of keys.
type refold struct {
	*proof
	from   uuid.UUID
	before *uuid.UUID
	rows   map[uuid.UUID]*model.Row
	size   int
}

func (r *refold) run(ctx context.Context) error {
	reading := read(ctx, &pass{build: r.build, until: r.unit.at, from: r.from, events: r.unit.live.Root.Projection.Events})
	defer reading.stop()
	for {
		batch, ok := reading.next()
		if !ok {
			return reading.err
		}
		if err := r.Throttle.take(ctx, len(batch.events)); err != nil {
			return err
		}
		for i := range batch.events {
			if err := r.take(&batch.events[i]); err != nil {
				return err
			}
		}
		reading.giveBack(batch)
	}
}

func (r *refold) take(e *event) error {
	p := r.unit.live.Root.Projection
	key := e.fact.Stream
	if r.unit.skipped[e.sequence] || !p.Handles(e.streamType, e.fact.Name) ||
		compareIDs(key, r.from) < 0 || r.before != nil && compareIDs(key, *r.before) >= 0 {
		return nil
	}
	before := r.rows[key]
	after, err := p.Fold(before, e.fact)
	if err != nil {
		return fault.Wrap(err, fault.Rejected, "Event %d cannot be applied", e.sequence)
	}
	r.rows[key] = after
	if r.size += sizeOf(after) - sizeOf(before); r.size > r.Budget {
		r.giveUpUpperKeys()
	}
	return nil
}

// rowOverhead is what a row takes beside its values, and the state that it remembers.
const rowOverhead = 600

// sizeOf is about how many bytes of memory a row takes.
func sizeOf(row *model.Row) int {
	if row == nil {
		return 0
	}
	return rowOverhead + 100*len(row.Values) + 4*len(row.Hidden)
}

func (r *refold) giveUpUpperKeys() {
	keys := slices.SortedFunc(maps.Keys(r.rows), compareIDs)
	if len(keys) < 2 {
		return
	}
	cut := keys[max(1, len(keys)*3/4)]
	r.before = &cut
	for _, key := range keys[max(1, len(keys)*3/4):] {
		r.size -= sizeOf(r.rows[key])
		delete(r.rows, key)
	}
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
