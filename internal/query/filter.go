package query

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
	"github.com/polderhq/polder/internal/projection"
)

// maxValues is how many values a filter's list may have.
const maxValues = 1000

// filter is a condition on one field.
type filter struct {
	field
	passes test // nil: the field has no value
}

// parseFilter reads one filter: null, a list, an object of bounds or a prefix, or a value.
func (p *plan) parseFilter(a *ask, m member) {
	f, ok := p.filterable(m.name)
	if !ok {
		if shown, ok := p.field(m.name); ok && shown.typ.Kind == model.Custom {
			a.violate(m.name, "unknown", "%s does not filter by custom values: that takes a pack that declares which are indexed", p.query.Name)
			return
		}
		a.violate(m.name, "unknown", "%s does not filter by it%s", p.query.Name, expr.Known(m.name, p.query.Filter))
		return
	}
	out := filter{field: f}
	switch {
	case string(m.raw) == "null":
	case m.raw[0] == '[':
		out.passes = p.parseList(a, f, m)
	case m.raw[0] == '{' && !isAmount(f.typ, m.raw):
		out.passes = p.parseObject(a, f, m)
	default:
		out.passes = p.parseEqual(a, f, m)
	}
	a.filters = append(a.filters, out)
}

// isAmount tells {"amount": "12.50"} from {"gte": "12.50"}.
func isAmount(t model.Type, raw json.RawMessage) bool {
	given, err := members(raw)
	return t.Kind == model.Money && err == nil &&
		slices.ContainsFunc(given, func(m member) bool { return m.name == "amount" })
}

func (p *plan) parseEqual(a *ask, f field, m member) test {
	value, wrong := p.parseScalar(f.typ, m.raw)
	if wrong != nil {
		a.violate(m.name, wrong.rule, "%s", wrong.message)
		return nil
	}
	return compare(a, f.typ, "=", value)
}

// compare makes a test of one comparison. Amounts of another currency never pass.
func compare(a *ask, t model.Type, operator string, with scalar) test {
	place := a.argument(with.text) + "::" + projection.CastType(t)
	compared := func(s stored) string { return s.sorting() + " " + operator + " " + s.SortsAs(place) }
	if t.Kind != model.Money {
		return compared
	}
	code := a.argument(with.currency)
	return func(s stored) string { return fmt.Sprintf("(%s AND %s = %s::text)", compared(s), s.currency(), code) }
}

func (p *plan) parseList(a *ask, f field, m member) test {
	var list []json.RawMessage
	if json.Unmarshal(m.raw, &list) != nil || len(list) == 0 || len(list) > maxValues {
		a.violate(m.name, "range", "Must be a list of 1 to %d values", maxValues)
		return nil
	}
	values, currencies := make([]string, len(list)), make([]string, len(list))
	for i, raw := range list {
		value, wrong := p.parseScalar(f.typ, raw)
		if wrong != nil {
			a.violate(fmt.Sprintf("%s[%d]", m.name, i), wrong.rule, "%s", wrong.message)
		}
		values[i], currencies[i] = value.text, value.currency
	}
	place := a.argument(values) + "::text[]::" + projection.CastType(f.typ) + "[]"
	among := func(s stored) string {
		if s.Order == "" {
			return s.value() + " = ANY (" + place + ")"
		}
		return fmt.Sprintf("%s = ANY (ARRAY(SELECT %s FROM unnest(%s) AS v (n)))", s.sorting(), s.SortsAs("v.n"), place)
	}
	if f.typ.Kind != model.Money {
		return among
	}
	codes := a.argument(currencies) + "::text[]"
	return func(s stored) string {
		return fmt.Sprintf("(%s AND (%s, %s) IN (SELECT * FROM unnest(%s, %s)))", among(s), s.value(), s.currency(), place, codes)
	}
}

// operators are the bounds of a range.
var operators = map[string]string{"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

// ranged are the kinds that a range makes sense for.
var ranged = []model.Kind{model.Int, model.Decimal, model.Money, model.Date, model.Timestamp}

func (p *plan) parseObject(a *ask, f field, m member) test {
	given, err := members(m.raw)
	if err != nil || len(given) == 0 {
		a.violate(m.name, "type", "Must be a value, a list of values, or an object that is not empty")
		return nil
	}
	var tests []test
	for _, bound := range given {
		path := m.name + "." + bound.name
		operator, isBound := operators[bound.name]
		switch {
		case isBound && slices.Contains(ranged, f.typ.Kind):
			value, wrong := p.parseScalar(f.typ, bound.raw)
			if wrong != nil {
				a.violate(path, wrong.rule, "%s", wrong.message)
				continue
			}
			tests = append(tests, compare(a, f.typ, operator, value))
		case bound.name == "prefix" && f.typ.Kind == model.Text:
			tests = append(tests, parsePrefix(a, path, bound.raw))
		default:
			a.violate(path, "unknown", "%s", allowedFor(f.typ.Kind))
		}
	}
	return all(tests)
}

func allowedFor(kind model.Kind) string {
	switch {
	case kind == model.Text:
		return "A text may be given by its prefix: {\"prefix\": \"Lin\"}"
	case slices.Contains(ranged, kind):
		return "A range is given by gt, gte, lt and lte"
	}
	return "A column of kind " + string(kind) + " takes a value or a list of values"
}

// parsePrefix turns a prefix into a range of texts, which the index on the column serves
// whatever the value: code points sort as their bytes do.
func parsePrefix(a *ask, path string, raw json.RawMessage) test {
	prefix, ok := asString(raw)
	if !ok {
		a.violate(path, "type", "Must be a text")
		return nil
	}
	from := a.argument(prefix) + "::text"
	next, bounded := successor(prefix)
	if !bounded {
		return func(s stored) string { return s.value() + " >= " + from }
	}
	to := a.argument(next) + "::text"
	return func(s stored) string {
		return fmt.Sprintf("(%[1]s >= %[2]s AND %[1]s < %[3]s)", s.value(), from, to)
	}
}

// successor returns the smallest text that sorts after all texts with the prefix; false
// when there is none.
func successor(prefix string) (string, bool) {
	runes := []rune(prefix)
	for i := len(runes) - 1; i >= 0; i-- {
		next := runes[i] + 1
		if next == 0xD800 { // surrogates are no code points of a text
			next = 0xE000
		}
		if next <= utf8.MaxRune {
			return string(runes[:i]) + string(next), true
		}
	}
	return "", false
}

func all(tests []test) test {
	return func(s stored) string {
		parts := make([]string, len(tests))
		for i, passes := range tests {
			parts[i] = passes(s)
		}
		return "(" + strings.Join(parts, " AND ") + ")"
	}
}
