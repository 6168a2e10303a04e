package model

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

// Money keeps this many digits when the model does not say: prices per unit are often finer
// than a cent.
const (
	moneyScale     = 4
	moneyPrecision = 19
)

// constrain holds a value against the limits of its kind; nil when it is refused, or when it
// is a blank text where none is needed.
func (r *reader) constrain(value any, k *kind, f *field, at *place) any {
	before := len(r.violations)
	switch v := value.(type) {
	case string:
		if k.Kind == Text && f.Optional && strings.TrimSpace(v) == "" {
			return nil // forms send "" for what was left empty
		}
		r.constrainText(v, k, f, at)
	case int64:
		r.constrainRange(decimal.NewFromInt(v), k, f, at)
	case decimal.Decimal:
		r.constrainRange(v, k, f, at)
		r.constrainDigits(v, k, f, at)
	case expr.Money:
		r.constrainRange(v.Amount, k, f, at)
		r.constrainDigits(v.Amount, k, f, at)
	case expr.Rows:
		r.constrainRows(v, k, f, at)
	}
	if len(r.violations) > before {
		return nil
	}
	return value
}

func (r *reader) constrainText(text string, k *kind, f *field, at *place) {
	switch {
	case !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0:
		r.violate(at, f, "type", "%s holds a character that cannot be stored", f.Name)
	case k.Kind == Enum:
		if !slices.Contains(k.Enum, text) {
			r.violate(at, f, "enum", "%s is one of %s%s", f.Name, strings.Join(k.Enum, ", "), expr.DidYouMean(text, k.Enum))
		}
	case k.Kind == Ref && text == uuid.Nil.String():
		r.violate(at, f, "type", "%s is the id that stands for none; leave it out or give another", f.Name)
	case k.Kind != Text:
	case !f.Optional && strings.TrimSpace(text) == "":
		r.violate(at, f, "required", "%s is required, and cannot be blank", f.Name)
	case utf8.RuneCountInString(text) > k.most:
		r.violate(at, f, "max", "%s is longer than %d characters; shorten it", f.Name, k.most)
	case k.pattern != nil && !k.pattern.MatchString(text):
		r.violate(at, f, "pattern", "%s has to look like %s", f.Name, k.Pattern)
	}
}

func (r *reader) constrainRange(d decimal.Decimal, k *kind, f *field, at *place) {
	if k.min != nil && d.LessThan(*k.min) {
		r.violate(at, f, "min", "%s is at least %s", f.Name, k.min)
	}
	if k.max != nil && d.GreaterThan(*k.max) {
		r.violate(at, f, "max", "%s is at most %s", f.Name, k.max)
	}
}

func (r *reader) constrainDigits(d decimal.Decimal, k *kind, f *field, at *place) {
	precision, scale := k.Precision, k.Scale
	if k.Kind == Money && precision == 0 {
		precision, scale = moneyPrecision, moneyScale
	}
	if precision == 0 {
		return
	}
	if -int(d.Exponent()) > scale && expr.Scale(d) > scale {
		r.violate(at, f, "scale", "%s has at most %d digits after the point; round it", f.Name, scale)
		return
	}
	if whole := d.Abs().Truncate(0); whole.Sign() > 0 && whole.NumDigits()+int(max(0, whole.Exponent())) > precision-scale {
		r.violate(at, f, "max", "%s has at most %d digits before the point", f.Name, precision-scale)
	}
}

func (r *reader) constrainRows(rows expr.Rows, k *kind, f *field, at *place) {
	if len(rows) < k.least {
		r.violate(at, f, "min", "%s has at least %d rows", f.Name, k.least)
	}
	if len(rows) > k.most {
		r.violate(at, f, "max", "%s has at most %d rows; split it", f.Name, k.most)
	}
	if k.key < 0 {
		return
	}
	numberRows(rows, k)
	seen := make(map[string]bool, len(rows))
	for i, row := range rows {
		value := row.Values[k.key]
		if value == nil {
			continue
		}
		text := keyText(value)
		if seen[text] {
			here := &place{outer: &place{outer: at, index: i}, name: k.Key}
			r.violate(here, f, "key", "%s %s is already used by another row of %s", k.Key, text, f.Name)
		}
		seen[text] = true
	}
}

// numberRows gives the rows whose key is a number that was left out the next numbers, in
// order: who lists what is ordered need not count the lines.
func numberRows(rows expr.Rows, k *kind) {
	if k.fields[k.key].kind.Kind != Int {
		return
	}
	last := int64(0)
	for _, row := range rows {
		if n, ok := row.Values[k.key].(int64); ok {
			last = max(last, n)
		}
	}
	for _, row := range rows {
		if row.Values[k.key] == nil && last < math.MaxInt64 {
			last++
			row.Values[k.key] = last
		}
	}
}
