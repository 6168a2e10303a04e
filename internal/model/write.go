package model

import (
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

// appendValue appends the canonical JSON of a value: the same value always gives the same
// bytes, whatever form it was given in.
func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendText(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case decimal.Decimal:
		return appendText(b, expr.FormatDecimal(v))
	case expr.Money:
		b = append(append(b, `{"amount":"`...), v.FormatAmount()...)
		b = append(append(b, `","currency":"`...), v.Currency...)
		return append(b, `"}`...)
	case expr.Date:
		return appendText(b, v.String())
	case time.Time:
		return appendText(b, v.Format(time.RFC3339Nano))
	case expr.Custom:
		return append(b, v...)
	case *expr.Row:
		return appendRow(b, v)
	case expr.Rows:
		return appendRows(b, v)
	}
	panic(fmt.Sprintf("model: no JSON for %T", value)) // no expression or reader makes one
}

// appendRow leaves absent fields out.
func appendRow(b []byte, row *expr.Row) []byte {
	b = append(b, '{')
	first := true
	for i, f := range row.Shape.Fields() {
		if row.Values[i] == nil {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendText(b, f.Name), ':')
		b = appendValue(b, row.Values[i])
	}
	return append(b, '}')
}

func appendRows(b []byte, rows expr.Rows) []byte {
	b = append(b, '[')
	for i, row := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendRow(b, row)
	}
	return append(b, ']')
}

// keyText returns the value as the text that it is told apart by.
func keyText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return string(appendValue(nil, value))
}
