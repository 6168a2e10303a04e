package projection

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
)

// currencySuffix names the value beside a money column's that holds its currency.
const currencySuffix = "Currency"

// delta is what a transaction does to the rows of one table.
type delta struct {
	target *Target
	keys   []uuid.UUID // in the order in which they were touched first
	rows   map[uuid.UUID]*rowChange
}

// rowChange is a row before and after a transaction. A row that is not there is nil.
type rowChange struct {
	before, after *model.Row
	sequence      int64   // of a source's row: the last event that changed it; 0: none did
	refresh       *follow // copies that are to be looked up, whatever changed
}

func newDelta(t *Target) *delta { return &delta{target: t, rows: map[uuid.UUID]*rowChange{}} }

// row returns the change of the row, which is none when it was not touched before.
func (d *delta) row(key uuid.UUID) *rowChange {
	r := d.rows[key]
	if r == nil {
		r = &rowChange{}
		d.rows[key] = r
		d.keys = append(d.keys, key)
	}
	return r
}

// dropUnchanged forgets the rows that are as they were, and that no event touched.
func (d *delta) dropUnchanged() {
	kept := d.keys[:0]
	for _, key := range d.keys {
		if r := d.rows[key]; r.sequence == 0 && d.target.sameRow(r) {
			delete(d.rows, key)
			continue
		}
		kept = append(kept, key)
	}
	d.keys = kept
}

func (t *Target) sameRow(r *rowChange) bool {
	if r.before == nil || r.after == nil {
		return r.before == r.after
	}
	for _, c := range t.cells {
		if !equal(r.before.Values[c.value], r.after.Values[c.value]) {
			return false
		}
	}
	return bytes.Equal(r.before.Hidden, r.after.Hidden)
}

// equal compares two values of a row: by what they are, not by how they were computed.
func equal(a, b any) bool {
	switch x := a.(type) {
	case decimal.Decimal:
		y, ok := b.(decimal.Decimal)
		return ok && x.Equal(y)
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	case json.RawMessage:
		y, ok := b.(json.RawMessage)
		return ok && bytes.Equal(x, y)
	}
	if _, isJSON := b.(json.RawMessage); isJSON {
		return false // not comparable by ==
	}
	return a == b
}

// scan returns a reader of the rows that the target's load or batch statement gives, with what
// more columns are read into.
func (t *Target) scan(take func(*model.Row), more ...any) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var key uuid.UUID
		var hidden *string
		texts := make([]*string, len(t.cells))
		into := []any{&key}
		for i := range texts {
			into = append(into, &texts[i])
		}
		into = append(append(into, &hidden), more...)
		_, err := pgx.ForEachRow(rows, into, func() error {
			row, err := t.parse(key, texts, hidden)
			if err == nil {
				take(row)
			}
			return err
		})
		return err
	}
}

func (t *Target) parse(key uuid.UUID, texts []*string, hidden *string) (*model.Row, error) {
	row := &model.Row{Key: key, Values: make(map[string]any, len(texts))}
	if hidden != nil {
		row.Hidden = []byte(*hidden)
	}
	for i, cell := range t.cells {
		value, err := Parse(cell.typ.Kind, texts[i])
		if err != nil {
			return nil, fmt.Errorf("column %s of row %s: %w", cell.value, key, err)
		}
		row.Values[cell.value] = value
	}
	return row, nil
}

// arguments returns what the save statement takes, for the rows that will be there.
func (d *delta) arguments(account uuid.UUID) (arguments []any, err error) {
	var keys []uuid.UUID
	var sequences []int64
	var hidden []*string
	columns := make([][]*string, len(d.target.cells))
	for _, key := range d.keys {
		r := d.rows[key]
		if r.after == nil {
			continue
		}
		keys, sequences = append(keys, key), append(sequences, r.sequence)
		hidden = append(hidden, optionalText(r.after.Hidden))
		for i, cell := range d.target.cells {
			text, err := Format(cell.typ.Kind, r.after.Values[cell.value])
			if err != nil {
				return nil, &unwritableError{column: cell.value, cause: err}
			}
			columns[i] = append(columns[i], text)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	arguments = []any{account, keys, hidden}
	if d.target.Table.sequenced {
		arguments = append(arguments, sequences)
	}
	for _, column := range columns {
		arguments = append(arguments, column)
	}
	return arguments, nil
}

func optionalText(json []byte) *string {
	if json == nil {
		return nil
	}
	text := string(json)
	return &text
}

// removed returns the keys of the rows that will not be there any more.
func (d *delta) removed() []uuid.UUID {
	var keys []uuid.UUID
	for _, key := range d.keys {
		if r := d.rows[key]; r.after == nil && r.before != nil {
			keys = append(keys, key)
		}
	}
	return keys
}
