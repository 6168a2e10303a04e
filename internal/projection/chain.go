package projection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
)

// derive returns what the feeder's changes do to the rows of a chained target.
func (w *writer) derive(ctx context.Context, t *Target, fed *delta) (*delta, error) {
	if t.Projection.Grouped {
		return w.deriveGroups(ctx, t, fed)
	}
	d := newDelta(t)
	for _, key := range fed.keys {
		change := fed.rows[key]
		before, err := t.Projection.Derive(change.before)
		if err != nil {
			return nil, err
		}
		for _, row := range before {
			d.row(row.Key).before = row
		}
		after, err := t.Projection.Derive(change.after)
		if err != nil {
			return nil, err
		}
		for _, row := range after {
			d.row(row.Key).after = row
		}
	}
	if len(t.follows) == 0 {
		return d, nil
	}
	return d, w.keepCopies(ctx, d)
}

// keepCopies reads the rows that were there, because what they copied does not follow from
// the feeder, and lets the new rows begin with it.
func (w *writer) keepCopies(ctx context.Context, d *delta) error {
	var there []uuid.UUID
	for _, key := range d.keys {
		if d.rows[key].before != nil {
			there = append(there, key)
		}
	}
	err := w.load(ctx, d.target, there, func(row *model.Row) { d.rows[row.Key].before = row })
	if err != nil {
		return err
	}
	for _, key := range there {
		r := d.rows[key]
		if r.after == nil {
			continue
		}
		kept := maps.Clone(r.before.Values)
		for _, c := range d.target.Projection.Columns {
			if c.Expr != "" {
				kept[c.Name], kept[c.Name+currencySuffix] = r.after.Values[c.Name], r.after.Values[c.Name+currencySuffix]
			}
		}
		r.after.Values = kept
	}
	return nil
}

// load reads rows of the target, after what is queued.
func (w *writer) load(ctx context.Context, t *Target, keys []uuid.UUID, take func(*model.Row)) error {
	if len(keys) == 0 {
		return nil
	}
	w.batch.Queue(t.load, w.account, keys).Query(t.scan(take))
	return w.flush(ctx)
}

// groups are the running aggregates of the groups that a transaction touches.
type groups struct {
	target *Target
	keys   []uuid.UUID
	before map[uuid.UUID]*model.Row
	open   map[uuid.UUID]*model.Group
	member map[uuid.UUID]*model.Row // a feeder's row of the group, which has the group's values
}

func (w *writer) deriveGroups(ctx context.Context, t *Target, fed *delta) (*delta, error) {
	g := &groups{target: t, before: map[uuid.UUID]*model.Row{}, open: map[uuid.UUID]*model.Group{}, member: map[uuid.UUID]*model.Row{}}
	g.touch(fed)
	if err := w.load(ctx, t, g.keys, func(row *model.Row) { g.before[row.Key] = row }); err != nil {
		return nil, err
	}
	if err := g.run(fed); err != nil {
		return nil, err
	}
	if err := w.findExtremes(ctx, g); err != nil {
		return nil, err
	}
	d := newDelta(t)
	for _, key := range g.keys {
		r := d.row(key)
		r.before, r.after = g.before[key], g.open[key].Row()
	}
	return d, nil
}

// touch finds the groups that the feeder's changed rows were and will be in.
func (g *groups) touch(fed *delta) {
	for _, key := range fed.keys {
		for _, row := range []*model.Row{fed.rows[key].before, fed.rows[key].after} {
			group, in := g.target.Projection.Member(row)
			if !in {
				continue
			}
			if g.member[group] == nil {
				g.keys = append(g.keys, group)
			}
			g.member[group] = row
		}
	}
}

// run takes the changed rows out of the groups as they were, and puts them in as they are.
func (g *groups) run(fed *delta) (err error) {
	for _, key := range g.keys {
		if g.open[key], err = g.target.Projection.OpenGroup(key, g.before[key]); err != nil {
			return err
		}
	}
	for _, key := range fed.keys {
		r := fed.rows[key]
		if group, in := g.target.Projection.Member(r.before); in {
			if err := g.open[group].Remove(r.before); err != nil {
				return err
			}
		}
		if group, in := g.target.Projection.Member(r.after); in {
			if err := g.open[group].Add(r.after); err != nil {
				return err
			}
		}
	}
	return nil
}

// findExtremes looks the smallest and greatest values up in the feeder's table where the
// row that had one is gone, all in one round trip. The feeder's rows are written before.
func (w *writer) findExtremes(ctx context.Context, g *groups) error {
	for _, key := range g.keys {
		for _, e := range g.open[key].Stale() {
			sql, arguments := g.target.extremeSQL(w.account, g.member[key], e)
			w.batch.Queue(sql, arguments...).QueryRow(func(row pgx.Row) error {
				value, err := g.target.scanExtreme(row, e)
				g.open[key].Set(e.Column, value)
				return err
			})
		}
	}
	return w.flush(ctx)
}

// scanExtreme returns nil when no row of the group has a value.
func (t *Target) scanExtreme(row pgx.Row, e model.Extreme) (any, error) {
	var text *string
	if err := row.Scan(&text); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	column, _ := t.Table.Column(e.Column)
	return Parse(column.Type.Kind, text)
}

// GroupColumns returns the feeder's columns that tell the groups of a grouped target apart.
// Joined columns of a group are in no table.
func (t *Target) GroupColumns() (columns []Column) {
	for i := range t.Projection.Columns {
		if c := &t.Projection.Columns[i]; c.Fold == "" && c.Stored() {
			column, _ := t.feeder.Table.Column(c.Expr)
			columns = append(columns, column)
		}
	}
	return columns
}

// extremeSQL reads the smallest or greatest value among the feeder's rows of the member's
// group. The feeder has an index on the group's columns and the value.
func (t *Target) extremeSQL(account uuid.UUID, member *model.Row, e model.Extreme) (sql string, arguments []any) {
	arguments = []any{account}
	feeder := t.feeder.Table
	conditions := []string{"account_id = $1"}
	condition := func(column Column, cell string, value any) {
		if value == nil {
			conditions = append(conditions, Quote(cell)+" IS NULL")
			return
		}
		text, _ := Format(column.Type.Kind, value) // it was formatted when it was written
		arguments = append(arguments, text)
		place := column.SortsAs(fmt.Sprintf("$%d::text::%s", len(arguments), CastType(column.Type)))
		conditions = append(conditions, Quote(cell)+" = "+place)
	}
	for _, column := range t.GroupColumns() {
		condition(column, column.Sorting(), member.Values[column.Name])
		if column.Currency != "" {
			condition(Column{Type: model.Type{Kind: model.Text}}, column.Currency, member.Values[column.Name+currencySuffix])
		}
	}
	if where, ok := feeder.Column(t.Projection.Where); ok {
		conditions = append(conditions, Quote(where.SQL))
	}
	value, _ := feeder.Column(e.Of)
	conditions = append(conditions, Quote(value.Sorting())+" IS NOT NULL")
	direction := ""
	if e.Max {
		direction = " DESC"
	}
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s%s LIMIT 1", SQLText(value.Type.Kind, Quote(value.SQL)),
		feeder.Quoted(), strings.Join(conditions, " AND "), Quote(value.Sorting()), direction), arguments
}
