package audit

import (
	"context"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// chained compares rows of a chained target with what follows from the rows that feed it:
// those of both tables from a key on, so many at most. It returns the key to go on with, nil
// at the end.
//
// Keys of elements and groups lie elsewhere than those of the rows they follow from. So of
// what the feeder's rows in the range lead to it is asked whether it is there, and of the
// rows in the range what they follow from.
func (c *check) chained(ctx context.Context, t *projection.Target, from uuid.UUID, limit int) (next *uuid.UUID, err error) {
	feeders, nextFeeder, err := c.first(ctx, t.Feeder(), from, limit)
	if err != nil {
		return nil, err
	}
	rows, nextRow, err := c.first(ctx, t, from, limit)
	if err != nil {
		return nil, err
	}
	next = earlier(nextFeeder, nextRow)
	have := map[uuid.UUID]stored{}
	for _, row := range before(rows, next) {
		have[row.Key] = row
	}
	led := map[uuid.UUID]*model.Row{}
	for _, feeder := range before(feeders, next) {
		if err := lead(t, feeder.Row, led); err != nil {
			return nil, err
		}
	}
	if err := c.complete(ctx, t, have, led); err != nil {
		return nil, err
	}
	pairs, err := c.pairs(ctx, t, have, led)
	if err == nil {
		_, err = c.compare(ctx, t, pairs)
	}
	return next, err
}

// complete adds to have the rows that the feeder's rows lead to and that lie elsewhere. Of
// groups that are there nothing more is asked: their turn comes with their key.
func (c *check) complete(ctx context.Context, t *projection.Target, have map[uuid.UUID]stored, led map[uuid.UUID]*model.Row) error {
	var elsewhere []uuid.UUID
	for key := range led {
		if _, here := have[key]; !here {
			elsewhere = append(elsewhere, key)
		}
	}
	found, err := c.byKey(ctx, t, elsewhere)
	for key, row := range found {
		if t.Projection.Grouped {
			delete(led, key)
			continue
		}
		have[key] = row
	}
	return err
}

// pairs finds what is expected of the rows that are there, and of those that the feeder's
// rows lead to.
func (c *check) pairs(ctx context.Context, t *projection.Target, have map[uuid.UUID]stored, led map[uuid.UUID]*model.Row) (map[uuid.UUID]*pair, error) {
	pairs := make(map[uuid.UUID]*pair, len(have))
	samples := map[uuid.UUID]*model.Row{}
	for key, row := range have {
		pairs[key] = &pair{have: row}
		if led[key] == nil || t.Projection.Grouped {
			samples[key] = row.Row
		}
	}
	for key, row := range led {
		if pairs[key] == nil {
			pairs[key] = &pair{}
		}
		if t.Projection.Grouped && samples[key] == nil {
			samples[key] = row
			continue
		}
		pairs[key].want.row = row
	}
	origins, err := c.expect(ctx, t, samples)
	if err != nil {
		return nil, err
	}
	for key := range samples {
		pairs[key].want.row = origins[key]
	}
	return pairs, nil
}

// lead adds what the feeder's row leads to: the rows that follow from it, or of the group
// that it is in a row with the values of the group's columns.
func lead(t *projection.Target, feeder *model.Row, to map[uuid.UUID]*model.Row) error {
	if t.Projection.Grouped {
		if group, in := t.Projection.Member(feeder); in {
			to[group] = groupSample(t, feeder)
		}
		return nil
	}
	rows, err := t.Projection.Derive(feeder)
	for _, row := range rows {
		to[row.Key] = row
	}
	return err
}

func earlier(a, b *uuid.UUID) *uuid.UUID {
	if a == nil || b != nil && compareKeys(*b, *a) < 0 {
		return b
	}
	return a
}

func before(rows []stored, next *uuid.UUID) []stored {
	for i, row := range rows {
		if next != nil && compareKeys(row.Key, *next) >= 0 {
			return rows[:i]
		}
	}
	return rows
}
