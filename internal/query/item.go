package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

// page is what a statement's rows say.
type page struct {
	found    bool    // the account is on this store
	release  *string // digest of the one that the account runs on; nil: it never changed it
	next     *string // and of another whose tables are kept; nil: none is
	live     int64   // the account's cursor
	own      *int64  // the smallest cursor of the tables that are not live; nil: all are
	changing bool    // copies are being brought up to date
	items    []json.RawMessage
	last     []cursor // of each item
}

// keeps reports whether the tables of the release are kept up to date.
func (p page) keeps(release string) bool {
	return p.release == nil || *p.release == release || p.next != nil && *p.next == release
}

// at returns the number that the rows stand at.
func (p page) at() int64 {
	if p.own != nil {
		return min(*p.own, p.live)
	}
	return p.live
}

// read scans the rows of a statement into items.
func (s statement) read(rows pgx.Rows, sorts int) (page, error) {
	var out page
	var key *string
	into := []any{&out.release, &out.next, &out.live, &out.own, &out.changing, &key}
	values := make([]*string, sorts)
	for i := range values {
		into = append(into, &values[i])
	}
	cells := make([]*string, len(rows.FieldDescriptions())-len(into))
	for i := range cells {
		into = append(into, &cells[i])
	}
	_, err := pgx.ForEachRow(rows, into, func() error {
		out.found = true
		if key == nil {
			return nil
		}
		id, err := uuid.Parse(*key)
		if err != nil {
			return err
		}
		item, err := s.item(cells)
		out.items = append(out.items, item)
		out.last = append(out.last, cursor{Values: append([]*string{}, values...), Key: id})
		return err
	})
	return out, err
}

// item writes a row as JSON, its members in the order of the projection's columns.
func (s statement) item(cells []*string) (json.RawMessage, error) {
	var out bytes.Buffer
	separator := byte('{')
	for _, f := range s.columns {
		out.WriteByte(separator)
		separator = ','
		name, _ := json.Marshal(f.name)
		out.Write(name)
		out.WriteByte(':')
		var currency *string
		text := cells[0]
		cells = cells[1:]
		if f.typ.Kind == model.Money {
			currency, cells = cells[0], cells[1:]
		}
		if err := writeValue(&out, f.typ, text, currency); err != nil {
			return nil, fmt.Errorf("column %s: %w", f.name, err)
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func writeValue(out *bytes.Buffer, t model.Type, text, currency *string) error {
	if text == nil {
		out.WriteString("null")
		return nil
	}
	var value any = *text
	switch t.Kind {
	case model.Int, model.Bool, model.List, model.Object:
		out.WriteString(*text)
		return nil
	case model.Custom:
		canonical, err := model.CanonicalCustom([]byte(*text))
		out.Write(canonical)
		return err
	case model.Money:
		value = struct {
			Amount   string  `json:"amount"`
			Currency *string `json:"currency"`
		}{*text, currency}
	case model.Timestamp:
		at, err := time.Parse(time.RFC3339Nano, *text)
		if err != nil {
			return err
		}
		value = at.UTC().Format(time.RFC3339Nano)
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	out.Truncate(out.Len() - 1) // the encoder ends a value with a new line
	return err
}
