package example

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
)

// shows checks the columns of a row that an example names.
func (w *world) shows(want Row, told uuid.UUID) error {
	id := want.ID
	if id == uuid.Nil {
		id = told
	}
	p := w.release.Projection(want.Projection)
	row := w.rows[p.Name][id]
	if row == nil {
		return fmt.Errorf("%s: %s has no row for it", want.Origin, p.Name)
	}
	shown, types := map[string]any{}, map[string]model.Type{}
	for _, column := range p.Columns {
		shown[column.Name] = w.column(row, column)
		types[column.Name] = column.Type
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	if err := contains(types, text, want.Body); err != nil {
		return fmt.Errorf("%s: %s: %w", want.Origin, p.Name, err)
	}
	return nil
}

// column returns what a query would show: the stored value, or else the joined one.
func (w *world) column(row *model.Row, column model.Column) any {
	if value := plainValue(row.Values, column.Name); value != nil || len(column.Join) == 0 {
		return value
	}
	for i, hop := range column.Join {
		ref, ok := row.Values[hop.Ref].(uuid.UUID)
		if !ok {
			return nil
		}
		if row = w.lookup(hop.Helpers, ref); row == nil {
			return nil
		}
		if i == len(column.Join)-1 {
			return plainValue(row.Values, hop.Column)
		}
	}
	return nil
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
