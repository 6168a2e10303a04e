package model

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model/expr"
)

// reader turns JSON into values. A strict one reads bodies of commands: it checks all
// limits and collects every violation. A lenient one reads facts: it checks nothing but
// that a value can be what it has to be.
type reader struct {
	scanner
	strict     bool
	violations []fault.Detail
}

const (
	ts            = time.Microsecond // the precision of timestamps: PostgreSQL's
	maxViolations = 100              // more help nobody, and bound the work on a hostile body
	maxEcho       = 60               // bytes of an unknown name that are said back
)

func (r *reader) full() bool { return len(r.violations) >= maxViolations }

func (r *reader) violate(at *place, f *field, rule, format string, args ...any) {
	if r.full() {
		return
	}
	d := fault.Detail{Path: at.String(), Rule: rule, Message: fmt.Sprintf(format, args...)}
	if f != nil {
		d.Origin = f.Origin
	}
	r.violations = append(r.violations, d)
}

// fields takes an object into values, one per field. given tells what the object names,
// null included; it may be nil. The error is about JSON; violations are collected.
func (r *reader) fields(k *kind, at *place, values []any, given []bool) error {
	err := r.object(func(key []byte) error {
		i := k.shape.IndexBytes(key)
		if i < 0 {
			return r.unknown(k, at, string(key))
		}
		if given[i] && r.strict {
			r.violate(&place{outer: at, name: string(key)}, k.fields[i], "twice", "%s is given twice; leave one", key)
		}
		given[i] = true
		return r.value(k.fields[i], at, values, i)
	}, 0)
	if err != nil || !r.strict {
		return err
	}
	for i, f := range k.fields {
		if values[i] == nil {
			values[i] = r.missing(f, at, given[i])
			given[i] = given[i] || values[i] != nil
		}
	}
	return nil
}

func (r *reader) value(f *field, at *place, values []any, i int) (err error) {
	values[i], err = r.read(f.kind, f, &place{outer: at, name: f.Name})
	return err
}

func (r *reader) unknown(k *kind, at *place, key string) error {
	if r.strict && !r.full() {
		names := make([]string, len(k.fields))
		for i, f := range k.fields {
			names[i] = f.Name
		}
		key = strings.ToValidUTF8(key[:min(len(key), maxEcho)], "")
		r.violate(&place{outer: at, name: key}, nil, "unknown", "There is no %q here%s", key, expr.Known(key, names))
	}
	return r.skip(0)
}

// missing returns the default of an absent field, or finds it missing. What was given, as
// null or refused, gets no default.
func (r *reader) missing(f *field, at *place, given bool) any {
	if f.fallback != nil && !given {
		return f.fallback
	}
	here := &place{outer: at, name: f.Name}
	if !f.Optional && !r.full() && !r.violated(here) {
		r.violate(here, f, "required", "%s is required", f.Name)
	}
	return nil
}

// violated reports whether the value at the place was given but refused, so that it is not
// called missing as well.
func (r *reader) violated(at *place) bool {
	path := at.String()
	return slices.ContainsFunc(r.violations, func(d fault.Detail) bool {
		rest, inside := strings.CutPrefix(d.Path, path)
		return inside && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// read takes one value; nil when it is null or was refused.
func (r *reader) read(k *kind, f *field, at *place) (any, error) {
	switch r.peek() {
	case 'n':
		return nil, r.word()
	case '{':
		switch k.Kind {
		case Object:
			return r.row(k, at)
		case Custom:
			return r.custom(f, at)
		}
	case '[':
		if k.Kind == List {
			return r.rows(k, f, at)
		}
	}
	start := r.at
	raw, err := r.raw()
	if err != nil {
		return nil, err
	}
	if r.strict && !storable(raw) {
		r.violate(at, f, "type", "%s holds a character that cannot be stored (NUL, or half of a surrogate pair)", f.Name)
		return nil, nil
	}
	value, err := scalar(k, raw)
	if err != nil {
		var broken *syntaxError
		if errors.As(err, &broken) {
			return nil, &syntaxError{start}
		}
		r.violate(at, f, "type", "%s %v", f.Name, err)
		return nil, nil
	}
	if r.strict {
		value = r.constrain(value, k, f, at)
	}
	return value, nil
}

func (r *reader) row(k *kind, at *place) (any, error) {
	row := expr.NewRow(k.shape)
	err := r.fields(k, at, row.Values, make([]bool, len(k.fields)))
	return row, err
}

func (r *reader) rows(k *kind, f *field, at *place) (any, error) {
	rows := expr.Rows{}
	err := r.array(func(i int) error {
		here := &place{outer: at, index: i}
		row := expr.NewRow(k.shape)
		rows = append(rows, row)
		if r.peek() != '{' {
			r.violate(here, f, "type", "A row of %s is an object, like {...}", f.Name)
			return r.skip(0)
		}
		return r.fields(k, here, row.Values, make([]bool, len(k.fields)))
	}, 0)
	if err != nil {
		return nil, err
	}
	if r.strict {
		r.constrainRows(rows, k, f, at)
	}
	return rows, nil
}

// scalar reads a value of one of the kinds that are not made of others. An error completes
// the sentence that begins with the attribute's name.
func scalar(k *kind, raw []byte) (any, error) {
	switch k.Kind {
	case Int:
		return readInt(raw)
	case Decimal:
		return readDecimal(raw)
	case Money:
		return readMoney(raw, k.currency)
	case Bool:
		return readBool(raw)
	case List:
		return nil, errors.New("is a list of rows, like [{...}]")
	case Object:
		return nil, errors.New("is an object, like {...}")
	case Custom:
		return nil, errors.New(`is an object of values by key, like {"Colour": "red"}`)
	}
	if raw[0] != '"' {
		return nil, fmt.Errorf("is %s in quotes", describe(k.Kind))
	}
	text, err := unquote(raw)
	if err != nil {
		return nil, &syntaxError{}
	}
	return readText(k.Kind, text)
}

func readText(kind Kind, text string) (any, error) {
	switch kind {
	case Date:
		d, err := expr.ParseDate(text)
		return d, err
	case Timestamp:
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, errors.New(`is not a moment, like "2026-11-23T09:30:00Z"`)
		}
		return t.UTC().Truncate(ts), nil
	case Ref:
		id, err := uuid.Parse(text)
		if err != nil || len(text) != len(id.String()) {
			return nil, errors.New(`is not an id, like "0b81b458-7671-4e9b-844b-9934255f5406"`)
		}
		return id.String(), nil
	}
	return text, nil
}

func describe(k Kind) string {
	switch k {
	case Date:
		return "a date"
	case Timestamp:
		return "a moment"
	case Ref:
		return "an id"
	}
	return "a text"
}

func readInt(raw []byte) (any, error) {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return nil, errors.New("is a whole number, like 12")
	}
	return n, nil
}

func readBool(raw []byte) (any, error) {
	switch string(raw) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return nil, errors.New("is true or false")
}

func readDecimal(raw []byte) (any, error) {
	text, err := numberText(raw)
	if err != nil {
		return nil, err
	}
	d, err := expr.ParseDecimal(text)
	return d, err
}

// numberText returns the text of a number that is given as a JSON number or string.
func numberText(raw []byte) (string, error) {
	switch c := raw[0]; {
	case c == '"':
		return unquote(raw)
	case c == '-' || c >= '0' && c <= '9':
		return string(raw), nil
	}
	return "", errors.New(`is a number, like 12.5 or "12.5"`)
}

func readMoney(raw []byte, currency string) (any, error) {
	if raw[0] == '{' {
		return readMoneyObject(raw, currency)
	}
	text, err := numberText(raw)
	if err != nil {
		return nil, err
	}
	m, err := expr.ParseMoney(text)
	return m.In(currency), err
}

func readMoneyObject(raw []byte, currency string) (any, error) {
	s := scanner{text: raw}
	var amount, code string
	err := s.object(func(key []byte) error {
		value, err := s.raw()
		if err != nil {
			return err
		}
		switch string(key) {
		case "amount":
			amount, err = numberText(value)
		case "currency":
			code, err = numberText(value)
		default:
			err = fmt.Errorf(`has no %q: it is {"amount": "12.50", "currency": "EUR"}`, key)
		}
		return err
	}, 0)
	if err != nil {
		return nil, err
	}
	d, err := expr.ParseDecimal(amount)
	if err == nil && code != "" && !expr.ValidCurrency(code) {
		err = fmt.Errorf("%q is not a currency, like \"EUR\"", code)
	}
	return expr.Money{Amount: d, Currency: code}.In(currency), err
}
