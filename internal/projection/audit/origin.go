package audit

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// expect returns what is expected of the chained target's rows of these keys; a row that is
// not in the answer is to be not there. The samples have the values by which the rows that
// they follow from are found without reading all: a wrong sample costs a read of all, and a
// nil one does too.
func (c *check) expect(ctx context.Context, t *projection.Target, samples map[uuid.UUID]*model.Row) (map[uuid.UUID]*model.Row, error) {
	switch {
	case len(samples) == 0:
		return nil, nil
	case t.Projection.Grouped:
		return c.groups(ctx, t, samples)
	case t.Projection.Each == "":
		return c.derivedByKey(ctx, t, samples)
	}
	found, err := c.elements(ctx, t, samples, telling(samples))
	if err != nil {
		return nil, err
	}
	lost := maps.Clone(samples)
	for key := range found {
		delete(lost, key)
	}
	if len(lost) == 0 {
		return found, nil
	}
	more, err := c.elements(ctx, t, lost, nil)
	maps.Copy(found, more)
	return found, err
}

// telling returns the samples that there are. It is not nil.
func telling(samples map[uuid.UUID]*model.Row) []*model.Row {
	rows := make([]*model.Row, 0, len(samples))
	for _, key := range keysOf(samples) {
		if samples[key] != nil {
			rows = append(rows, samples[key])
		}
	}
	return rows
}

// derivedByKey is for rows that have the keys of the rows they follow from.
func (c *check) derivedByKey(ctx context.Context, t *projection.Target, samples map[uuid.UUID]*model.Row) (map[uuid.UUID]*model.Row, error) {
	feeders, err := c.byKey(ctx, t.Feeder(), keysOf(samples))
	if err != nil {
		return nil, err
	}
	found := map[uuid.UUID]*model.Row{}
	for _, feeder := range feeders {
		if err := lead(t, feeder.Row, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// elements finds the wanted rows of elements, among those that follow from rows like the given.
func (c *check) elements(ctx context.Context, t *projection.Target, wanted map[uuid.UUID]*model.Row, like []*model.Row) (map[uuid.UUID]*model.Row, error) {
	found := map[uuid.UUID]*model.Row{}
	var failed error
	err := c.feeders(ctx, t, like, func(feeder *model.Row) {
		rows, err := t.Projection.Derive(feeder)
		if err != nil {
			failed = err
		}
		for _, row := range rows {
			if _, is := wanted[row.Key]; is {
				found[row.Key] = row
			}
		}
	})
	if err == nil {
		err = failed
	}
	return found, err
}

// groups adds up the groups of these keys.
func (c *check) groups(ctx context.Context, t *projection.Target, samples map[uuid.UUID]*model.Row) (map[uuid.UUID]*model.Row, error) {
	open := make(map[uuid.UUID]*model.Group, len(samples))
	like := telling(samples)
	for key, sample := range samples {
		group, err := t.Projection.OpenGroup(key, nil)
		if err != nil {
			return nil, err
		}
		open[key] = group
		if sample == nil || !isOf(t, key, sample) {
			like = nil // its members may be anywhere
		}
	}
	var failed error
	err := c.feeders(ctx, t, like, func(feeder *model.Row) {
		key, in := t.Projection.Member(feeder)
		group := open[key]
		if !in || group == nil {
			return
		}
		if err := group.Add(feeder); err != nil {
			failed = err
		}
	})
	if err == nil {
		err = failed
	}
	found := map[uuid.UUID]*model.Row{}
	for key, group := range open {
		if row := group.Row(); row != nil {
			found[key] = row
		}
	}
	return found, err
}

// match is a column of a chained target that shows a column of its feeder as it is.
type match struct{ own, of projection.Column }

func matches(t *projection.Target) []match {
	var list []match
	for i := range t.Projection.Columns {
		c := &t.Projection.Columns[i]
		own, stored := t.Table.Column(c.Name)
		of, plain := t.Feeder().Table.Column(c.Expr)
		if stored && plain && c.Fold == "" && c.Copy == nil && own.Type.Kind == of.Type.Kind && own.Type.Kind != model.List && own.Type.Kind != model.Object {
			list = append(list, match{own, of})
		}
	}
	return list
}

// groupSample is a row with the values of the columns that tell groups apart.
func groupSample(t *projection.Target, feeder *model.Row) *model.Row {
	sample := &model.Row{Values: map[string]any{}}
	for _, m := range matches(t) {
		sample.Values[m.own.Name] = feeder.Values[m.of.Name]
		sample.Values[m.own.Name+currencySuffix] = feeder.Values[m.of.Name+currencySuffix]
	}
	return sample
}

// isOf reports whether the sample has the values that the group's key was made of.
func isOf(t *projection.Target, key uuid.UUID, sample *model.Row) bool {
	like := &model.Row{Values: map[string]any{t.Projection.Where: true}}
	for _, m := range matches(t) {
		like.Values[m.of.Name] = sample.Values[m.own.Name]
		like.Values[m.of.Name+currencySuffix] = sample.Values[m.own.Name+currencySuffix]
	}
	made, in := t.Projection.Member(like)
	return in && made == key
}

// feeders hands rows of the feeder to take: all when like is nil, else those from which such
// rows of the target may follow, and perhaps some more. One reading of the account's rows
// finds them for all that are given.
func (c *check) feeders(ctx context.Context, t *projection.Target, like []*model.Row, take func(*model.Row)) error {
	where, args := " WHERE account_id = $1", []any{c.account}
	if columns := matches(t); like != nil && len(columns) > 0 {
		condition, arrays, err := agreeing(columns, like)
		if err != nil {
			return err
		}
		where, args = where+condition, append(args, arrays...)
	}
	rows, err := c.tx.Query(ctx, t.Feeder().SelectSQL()+where, args...)
	if err != nil {
		return err
	}
	return t.Feeder().Scan(take)(rows)
}

// agreeing is the condition that a feeder's row has the values of one of the given rows, in
// all columns that both have, with its arguments from $2 on.
func agreeing(columns []match, like []*model.Row) (condition string, arrays []any, err error) {
	n := len(columns)
	left, right, names, from := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, m := range columns {
		values := make([]*string, len(like))
		for j, row := range like {
			if values[j], err = projection.Format(m.own.Type.Kind, row.Values[m.own.Name]); err != nil {
				return "", nil, err
			}
		}
		arrays = append(arrays, values)
		names[i], from[i] = fmt.Sprintf("w%d", i), fmt.Sprintf("$%d::text[]", i+2)
		left[i] = sameText(m.of.Type, projection.Quote(m.of.SQL))
		right[i] = sameText(m.of.Type, names[i]+"::"+projection.CastType(m.of.Type))
	}
	return fmt.Sprintf(" AND (%s) IN (SELECT %s FROM unnest(%s) AS w (%s))",
		strings.Join(left, ", "), strings.Join(right, ", "), strings.Join(from, ", "), strings.Join(names, ", ")), arrays, nil
}

// sameText is a text that equal values of the type have in common. No value has that of the
// empty text: who finds one too many looks at it again.
func sameText(typ model.Type, expr string) string {
	if typ.Kind == model.Decimal || typ.Kind == model.Money {
		return "coalesce(pg_catalog.trim_scale(" + expr + ")::text, '')"
	}
	return "coalesce(" + projection.SQLText(typ.Kind, expr) + ", '')"
}
