package model

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/polderhq/polder/internal/model/expr"
)

// CustomName is what every type calls its custom values. One name for all types is one
// column in every table, whatever accounts keep in it.
const CustomName = "X"

// What a stream's custom values are bounded by.
const (
	MaxCustomKeys   = 50
	MaxCustomKey    = 40  // characters of a key
	MaxCustomText   = 500 // characters of a text
	maxCustomDigits = 40
)

// CustomKey is the form of a key: one that an address, an expression and a column heading can name.
const CustomKey = `^[A-Za-z][A-Za-z0-9_.-]*$`

var customKey = regexp.MustCompile(CustomKey)

// customValue is one of an account's own values; its JSON is canonical, and null where a
// command removes the key.
type customValue struct{ key, json string }

const removed = "null"

// custom takes an object of custom values. A strict reader keeps the nulls, which say what a
// command removes; a fact has none.
func (r *reader) custom(f *field, at *place) (any, error) {
	var list []customValue
	many := false
	err := r.object(func(key []byte) error {
		here := &place{outer: at, name: strings.ToValidUTF8(string(key[:min(len(key), maxEcho)]), "")}
		if many = r.strict && len(list) >= MaxCustomKeys; many {
			return r.skip(0)
		}
		v := customValue{key: string(key)}
		if r.strict {
			r.constrainCustomKey(list, v.key, f, here)
		}
		var err error
		if v.json, err = r.customJSON(f, here); err == nil && (r.strict || v.json != removed) {
			list = append(list, v)
		}
		return err
	}, 0)
	if many {
		r.violate(at, f, "max", "%s names at most %d keys at once", f.Name, MaxCustomKeys)
	}
	if err != nil || len(list) == 0 && !r.strict {
		return nil, err
	}
	return writeCustom(list), nil
}

func (r *reader) constrainCustomKey(before []customValue, key string, f *field, at *place) {
	switch {
	case utf8.RuneCountInString(key) > MaxCustomKey:
		r.violate(at, f, "max", "A key of %s has at most %d characters", f.Name, MaxCustomKey)
	case !customKey.MatchString(key):
		r.violate(at, f, "pattern", "A key of %s is a letter, and then letters, digits, _, - and .", f.Name)
	case slices.ContainsFunc(before, func(v customValue) bool { return v.key == key }):
		r.violate(at, f, "twice", "%s is given twice; leave one", key)
	}
}

// customJSON takes a text, a number, a truth value or null, and returns its canonical JSON;
// null as well when it was refused.
func (r *reader) customJSON(f *field, at *place) (string, error) {
	start := r.at
	raw, err := r.raw()
	if err != nil {
		return removed, err
	}
	switch c := raw[0]; {
	case c == '"':
		return r.customText(f, at, raw, start)
	case c == '-' || c >= '0' && c <= '9':
		d, err := expr.ParseDecimal(strings.Replace(string(raw), "+", "", 1)) // 1e+3 is JSON
		if text := expr.FormatDecimal(d); err == nil && len(text) <= maxCustomDigits {
			return text, nil
		}
		r.violate(at, f, "max", "A number in %s has at most %d digits", f.Name, maxCustomDigits)
	case c == '{' || c == '[':
		r.violate(at, f, "type", "A value of %s is a text, a number, true, false or null; there is nothing inside it", f.Name)
	default:
		return string(raw), nil
	}
	return removed, nil
}

// customText takes a text; a blank one is none, as everywhere.
func (r *reader) customText(f *field, at *place, raw []byte, start int) (string, error) {
	if r.strict && !storable(raw) {
		r.violate(at, f, "type", "%s holds a character that cannot be stored (NUL, or half of a surrogate pair)", f.Name)
		return removed, nil
	}
	text, err := unquote(raw)
	switch {
	case err != nil:
		return removed, &syntaxError{start}
	case strings.TrimSpace(text) == "":
		return removed, nil
	case r.strict && utf8.RuneCountInString(text) > MaxCustomText:
		r.violate(at, f, "max", "A text in %s has at most %d characters; shorten it", f.Name, MaxCustomText)
		return removed, nil
	}
	return string(appendText(nil, text)), nil
}

// writeCustom writes the values in the order of their keys. Of two with one key the later
// counts, as it does in PostgreSQL's jsonb.
func writeCustom(list []customValue) expr.Custom {
	slices.SortStableFunc(list, func(a, b customValue) int { return strings.Compare(a.key, b.key) })
	text := []byte{'{'}
	for i, v := range list {
		if i+1 < len(list) && list[i+1].key == v.key {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(append(appendText(text, v.key), ':'), v.json...)
	}
	return expr.Custom(append(text, '}'))
}

// readCustom is the inverse of writeCustom.
func readCustom(c expr.Custom) (list []customValue) {
	s := scanner{text: []byte(c)}
	_ = s.object(func(key []byte) error { // this package wrote it
		raw, err := s.raw()
		list = append(list, customValue{string(key), string(raw)})
		return err
	}, 0)
	return list
}

// mergeCustom sets what a command gives, key by key, and removes what it gives as null. It
// returns nil when nothing is left.
func mergeCustom(own any, given expr.Custom) any {
	list := readCustom(given)
	if before, is := own.(expr.Custom); is {
		list = append(readCustom(before), list...)
	}
	merged := readCustom(writeCustom(list))
	merged = slices.DeleteFunc(merged, func(v customValue) bool { return v.json == removed })
	if len(merged) == 0 {
		return nil
	}
	return writeCustom(merged)
}

// CanonicalCustom returns the one form that custom values have as JSON: keys in order, numbers
// in their shortest exact form, no space. What jsonb makes of it comes back the same.
func CanonicalCustom(text []byte) (json.RawMessage, error) {
	r := &reader{scanner: scanner{text: text}}
	if r.peek() != '{' {
		return nil, fmt.Errorf("custom values are an object, not %s", text[:min(len(text), maxEcho)])
	}
	value, err := r.custom(&field{Attribute: &Attribute{Name: CustomName}}, &place{name: CustomName})
	if err := r.fact(err); err != nil {
		return nil, err
	}
	if custom, some := value.(expr.Custom); some {
		return json.RawMessage(custom), nil
	}
	return json.RawMessage("{}"), nil
}
