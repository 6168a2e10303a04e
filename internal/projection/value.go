package projection

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
)

// Values travel to and from PostgreSQL as text: one path for all types and for arrays of
// them, and decimals never pass through a float.

// SQLType returns the PostgreSQL type of a column. Text sorts and compares by code point
// (collation C): one index then serves equality, prefixes, order and paging, and it does not
// break when an operating system changes its collations. Decimals keep
// the digits that events show them with, which numeric(p,s) would change; their range is the
// commands' business.
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
	case model.Custom:
		return "jsonb"
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

// Format returns the text that PostgreSQL reads as the value of a column of the kind, nil for
// a nil value. A value that a row of a projection cannot hold gives an error. A number's
// text follows from its value alone, and is the one that events carry: 7.5 and 7.500 are
// the same row, whatever they were computed from.
func Format(kind model.Kind, value any) (*string, error) {
	var text string
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		text = v
	case int64:
		text = strconv.FormatInt(v, 10)
	case decimal.Decimal:
		text = expr.FormatDecimal(v)
		if kind == model.Money {
			text = expr.Money{Amount: v}.FormatAmount()
		}
	case bool:
		text = strconv.FormatBool(v)
	case time.Time:
		text = v.UTC().Format(timeLayout(kind))
	case uuid.UUID:
		text = v.String()
	case json.RawMessage:
		if len(v) == 0 {
			return nil, nil
		}
		text = string(v)
	default:
		return nil, fmt.Errorf("a read model holds no %T", value)
	}
	return &text, nil
}

func timeLayout(kind model.Kind) string {
	if kind == model.Date {
		return time.DateOnly
	}
	return time.RFC3339Nano
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
	case model.Date, model.Timestamp:
		return time.Parse(timeLayout(kind), *text)
	case model.Ref:
		return uuid.Parse(*text)
	case model.List, model.Object:
		return json.RawMessage(*text), nil
	case model.Custom:
		return model.CanonicalCustom([]byte(*text)) // jsonb has an order and spaces of its own
	}
	return *text, nil
}
