package example

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
)

// shows checks the columns of a row that an example names.
func (w *world) shows(want Row, told uuid.UUID) error {
	p := w.release.Projection(want.Projection)
	rows, err := w.rowsOf(p)
	if err != nil {
		return err
	}
	if !want.Any {
		id := want.ID
		if id == uuid.Nil {
			id = told
		}
		rows = only(rows, id)
	}
	switch {
	case want.None && len(rows) > 0:
		return fmt.Errorf("%s: %s has a row for it", want.Origin, p.Name)
	case want.None:
		return nil
	case len(rows) == 0:
		return fmt.Errorf("%s: %s has no row for it", want.Origin, p.Name)
	}
	var failed error
	for _, row := range rows {
		if failed = w.showsIn(p, row, want.Body); failed == nil {
			return nil
		}
	}
	if len(rows) > 1 {
		failed = fmt.Errorf("none of %d rows is %s", len(rows), want.Body)
	}
	return fmt.Errorf("%s: %s: %w", want.Origin, p.Name, failed)
}

func only(rows map[uuid.UUID]*model.Row, id uuid.UUID) map[uuid.UUID]*model.Row {
	if row := rows[id]; row != nil {
		return map[uuid.UUID]*model.Row{id: row}
	}
	return nil
}

func (w *world) showsIn(p *model.ProjectionType, row *model.Row, want json.RawMessage) error {
	shown, types := map[string]any{}, map[string]model.Type{}
	for _, column := range p.Columns {
		shown[column.Name] = plainValue(w.find(row, column))
		types[column.Name] = column.Type
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	return contains(types, text, want)
}

// rowsOf returns the rows of a projection by key. Those of a chained one are made of all
// rows of its feeder, each time they are looked at.
func (w *world) rowsOf(p *model.ProjectionType) (map[uuid.UUID]*model.Row, error) {
	if p.Feeder() == nil {
		return w.rows[p.Name], nil
	}
	feeding, err := w.rowsOf(p.Feeder())
	if err != nil {
		return nil, err
	}
	rows, groups := map[uuid.UUID]*model.Row{}, map[uuid.UUID]*model.Group{}
	for _, row := range feeding {
		row = w.withCopies(p.Feeder(), row)
		if p.Grouped {
			err = count(p, groups, row)
		} else {
			err = derive(p, rows, row)
		}
		if err != nil {
			return nil, err
		}
	}
	for key, group := range groups {
		rows[key] = group.Row()
	}
	return rows, nil
}

func derive(p *model.ProjectionType, rows map[uuid.UUID]*model.Row, feeding *model.Row) error {
	derived, err := p.Derive(feeding)
	for _, row := range derived {
		rows[row.Key] = row
	}
	return err
}

func count(p *model.ProjectionType, groups map[uuid.UUID]*model.Group, feeding *model.Row) (err error) {
	key, counts := p.Member(feeding)
	if !counts {
		return nil
	}
	if groups[key] == nil {
		if groups[key], err = p.OpenGroup(key, nil); err != nil {
			return err
		}
	}
	return groups[key].Add(feeding)
}

// withCopies returns the row with what its copies are of.
func (w *world) withCopies(p *model.ProjectionType, row *model.Row) *model.Row {
	filled := &model.Row{Key: row.Key, Values: maps.Clone(row.Values), Hidden: row.Hidden}
	for _, column := range p.Columns {
		if column.Copy != nil {
			values, name := w.find(row, column)
			filled.Values[column.Name], filled.Values[column.Name+"Currency"] = values[name], values[name+"Currency"]
		}
	}
	return filled
}

// find returns where the value stands that a query would show, and under what name: the
// row's own, or else the one that is joined, which is the same as is copied.
func (w *world) find(row *model.Row, column model.Column) (map[string]any, string) {
	own := column.Name
	if column.Own != "" {
		own = column.Own
	}
	if row.Values[own] != nil || len(column.Join) == 0 {
		return row.Values, own
	}
	for _, hop := range column.Join {
		ref, ok := row.Values[hop.Ref].(uuid.UUID)
		if !ok {
			return nil, ""
		}
		if row = w.lookup(hop.Helpers, ref); row == nil {
			return nil, ""
		}
	}
	return row.Values, column.Join[len(column.Join)-1].Column
}

func (w *world) lookup(helpers []string, id uuid.UUID) *model.Row {
	for _, helper := range helpers {
		if row := w.rows[helper][id]; row != nil {
			return row
		}
	}
	return nil
}

// plainValue returns a value of a row in the form that an answer has.
func plainValue(values map[string]any, name string) any {
	switch v := values[name].(type) {
	case decimal.Decimal:
		if currency, ok := values[name+"Currency"].(string); ok {
			return map[string]string{"amount": v.String(), "currency": currency}
		}
		return v.String()
	case time.Time:
		return v
	default:
		return v
	}
}
