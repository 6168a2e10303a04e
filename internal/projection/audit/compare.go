package audit

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// expected is what a row has to be.
type expected struct {
	row      *model.Row // nil: not there
	sequence int64
	failure  error // its events cannot be folded
}

// pair is a row as it has to be and as it is.
type pair struct {
	want expected
	have stored // no Row: not there
}

// check is a look at some rows of an account.
type check struct {
	*view
	report *Report
}

// compare brings the copies of what is expected of the target up to date and compares it
// with what there is. It returns the pairs that differ.
func (c *check) compare(ctx context.Context, t *projection.Target, pairs map[uuid.UUID]*pair) (map[uuid.UUID]*pair, error) {
	var wanted []*model.Row
	for _, p := range pairs {
		if p.want.row != nil {
			wanted = append(wanted, p.want.row)
		}
	}
	if err := t.ResolveCopies(ctx, c.tx, c.account, wanted); err != nil {
		return nil, err
	}
	differing := map[uuid.UUID]*pair{}
	for key, p := range pairs {
		c.leavePending(t, p)
		d, differs := p.difference(t)
		if p.have.Row != nil {
			c.report.Rows++
		}
		if !differs {
			continue
		}
		d.Projection, d.Table, d.Key, d.target = t.Projection.Name, t.Table.Name, key, t
		d.sample = p.have.Row
		if d.sample == nil {
			d.sample = p.want.row
		}
		differing[key] = p
		c.report.add(d)
	}
	return differing, nil
}

// rows compares the target's rows of these keys. Samples that are nil are filled in.
func (c *check) rows(ctx context.Context, t *projection.Target, samples map[uuid.UUID]*model.Row) (map[uuid.UUID]*pair, error) {
	keys := keysOf(samples)
	if t.Feeder() == nil {
		return c.someStreams(ctx, t.Unit(), keys)
	}
	have, err := c.byKey(ctx, t, keys)
	if err != nil {
		return nil, err
	}
	for key, row := range have {
		if samples[key] == nil {
			samples[key] = row.Row
		}
	}
	want, err := c.expect(ctx, t, samples)
	if err != nil {
		return nil, err
	}
	pairs := make(map[uuid.UUID]*pair, len(keys))
	for _, key := range keys {
		pairs[key] = &pair{want: expected{row: want[key]}, have: have[key]}
	}
	return c.compare(ctx, t, pairs)
}

// difference says how the pair differs.
func (p *pair) difference(t *projection.Target) (Difference, bool) {
	switch {
	case p.want.failure != nil:
		return Difference{Kind: Unfoldable, Error: p.want.failure.Error()}, true
	case p.want.row == nil && p.have.Row == nil:
		return Difference{}, false
	case p.have.Row == nil:
		return Difference{Kind: Missing}, true
	case p.want.row == nil:
		return Difference{Kind: Extra}, true
	}
	columns := t.Differing(p.want.row, p.have.Row)
	if p.want.sequence != p.have.sequence {
		columns = append(columns, projection.SequenceColumn)
	}
	return Difference{Kind: Changed, Columns: columns}, len(columns) > 0
}

// leavePending lets copies that are about to be brought up to date be what they are.
func (c *check) leavePending(t *projection.Target, p *pair) {
	if len(c.jobs) == 0 || p.want.row == nil || p.have.Row == nil {
		return
	}
	for i := range t.Projection.Columns {
		column := &t.Projection.Columns[i]
		if column.Copy == nil {
			continue
		}
		ref, _ := t.Table.Column(column.Copy.Ref)
		source, named := p.want.row.Values[ref.Name].(uuid.UUID)
		if !named || !c.jobs[job{t.Table.Name, ref.SQL, source}] {
			continue
		}
		for _, name := range []string{column.Name, column.Name + currencySuffix} {
			if value, has := p.have.Values[name]; has {
				p.want.row.Values[name] = value
			}
		}
	}
}

// currencySuffix names the value beside a money column's that holds its currency.
const currencySuffix = "Currency"

// keysOf returns the keys in a fixed order.
func keysOf[T any](of map[uuid.UUID]T) []uuid.UUID {
	keys := make([]uuid.UUID, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compareKeys)
	return keys
}
