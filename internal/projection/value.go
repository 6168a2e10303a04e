package projection

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
)

// Values travel to and from PostgreSQL as text: one path for all types and for arrays of
// them, and decimals never pass through a float.

const dateLayout = "2006-01-02"

// SQLType returns the PostgreSQL type of a column. Text sorts and compares by code point
// (collation C): one index then serves equality, prefixes, order and paging, and it does not
// break when an operating system changes its collations. Decimals keep the digits that the
// event gave them: numeric(p,s) would make 2 into 2.000, and then a row that was read back
// would fold on into other digits than one that stayed in memory. Their range is the
// command's business.
func SQLType(t model.Type) string {
	switch t.Kind {
	case model.Int:
		return "bigint"
	case model.Decimal, model.Money:
		return "numeric"
	case model.Bool:
		return "boolean"
	case model.Date:
		return "date"
	case model.Timestamp:
		return "timestamptz"
	case model.Ref:
		return "uuid"
	case model.List, model.Object:
		return "json"
	}
	return `text COLLATE "C"`
}

// CastType is SQLType as the target of a cast, where a collation has no place.
func CastType(t model.Type) string {
	if sql := SQLType(t); sql != `text COLLATE "C"` {
		return sql
	}
	return "text"
}

// SQLText returns an SQL expression that gives the value of expr, of the kind, as text in
// the form that Parse reads, whatever the session's settings.
func SQLText(kind model.Kind, expr string) string {
	switch kind {
	case model.Date:
		return "pg_catalog.to_char(" + expr + ", 'YYYY-MM-DD')"
	case model.Timestamp:
		return "pg_catalog.to_char(" + expr + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
	case model.Text, model.Enum:
		return expr
	}
	return expr + "::text"
}

// Format returns the text that PostgreSQL reads as the value, nil for a nil value. A value
// that a row of a projection cannot hold gives an error.
func Format(value any) (*string, error) {
	var text string
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		text = v
	case int64:
		text = strconv.FormatInt(v, 10)
	case decimal.Decimal:
		text = v.String()
		if v.Exponent() < 0 {
			text = v.StringFixed(-v.Exponent()) // keeps the zeros of 12.50
		}
	case bool:
		text = strconv.FormatBool(v)
	case uuid.UUID:
		text = v.String()
	case json.RawMessage:
		if v == nil {
			return nil, nil
		}
		text = string(v)
	default:
		return nil, fmt.Errorf("a read model holds no %T", value)
	}
	return &text, nil
}

// formatAs is Format for a column of the kind: a date and a timestamp are both a time.Time.
func formatAs(kind model.Kind, value any) (*string, error) {
	at, ok := value.(time.Time)
	if !ok {
		return Format(value)
	}
	layout := time.RFC3339Nano
	if kind == model.Date {
		layout = dateLayout
	}
	text := at.UTC().Format(layout)
	return &text, nil
}

// Parse is the inverse of Format for a column of the kind.
func Parse(kind model.Kind, text *string) (any, error) {
	if text == nil {
		return nil, nil
	}
	switch kind {
	case model.Int:
		return strconv.ParseInt(*text, 10, 64)
	case model.Decimal, model.Money:
		return decimal.NewFromString(*text)
	case model.Bool:
		return strconv.ParseBool(*text)
	case model.Date:
		return time.Parse(dateLayout, *text)
	case model.Timestamp:
		return time.Parse(time.RFC3339Nano, *text)
	case model.Ref:
		return uuid.Parse(*text)
	case model.List, model.Object:
		return json.RawMessage(*text), nil
	}
	return *text, nil
}
