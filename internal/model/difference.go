package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/polderhq/polder/internal/model/expr"
)

// NamedValue is one thing that a state has.
type NamedValue struct {
	Name string          `json:"name"`
	JSON json.RawMessage `json:"value"`
}

// Values returns what the state has: Status, attributes, and computes that can be computed, in the order of the
// model. What is absent is left out.
func (s *State) Values() (values []NamedValue) {
	if s.status != "" {
		values = append(values, NamedValue{statusName, appendText(nil, s.status)})
	}
	v := newView(s)
	for i := range len(s.of.attributes) + len(s.of.computes) {
		if value, err := v.Field(i); err == nil && value != nil {
			values = append(values, NamedValue{s.of.named(i), appendValue(nil, value)})
		}
	}
	return values
}

// named is the name of the attribute or compute of the number.
func (t *StreamType) named(i int) string {
	if i < len(t.attributes) {
		return t.attributes[i].Name
	}
	return t.computes[i-len(t.attributes)].Name
}

// kindOf is the kind of the attribute or compute of the number.
func (t *StreamType) kindOf(i int) *kind {
	if i < len(t.attributes) {
		return t.attributes[i].kind
	}
	return t.computes[i-len(t.attributes)].kind
}

// Change is a value that differs between two states of a stream.
type Change struct {
	Path   string          `json:"path"`             // "Name"; in a list "OrderLines[LineId=2].Quantity", or by place where rows have no key
	Before json.RawMessage `json:"before,omitempty"` // nil: it was absent
	After  json.RawMessage `json:"after,omitempty"`  // nil: it is absent
}

// Difference returns what differs, in the order of the model. A nil state, as one of another type, has nothing.
func Difference(before, after *State) []Change {
	var d difference
	if before != nil && after != nil && before.of != after.of {
		return append(Difference(before, nil), Difference(nil, after)...)
	}
	if before == nil && after == nil {
		return nil
	}
	if before == nil {
		before = after.of.Empty()
	}
	if after == nil {
		after = before.of.Empty()
	}
	d.compare(statusName, nil, textOrNil(before.status), textOrNil(after.status))
	t, was, is := before.of, newView(before), newView(after)
	for i := range len(t.attributes) + len(t.computes) {
		a, errA := was.Field(i)
		b, errB := is.Field(i)
		if errA != nil { // as where an operand is absent
			a = nil
		}
		if errB != nil {
			b = nil
		}
		d.compare(t.named(i), t.kindOf(i), a, b)
	}
	return d.changes
}

func textOrNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

type difference struct{ changes []Change }

func (d *difference) compare(path string, k *kind, before, after any) {
	if a, b, are := asRows(before, after); are {
		d.rows(path, k, a, b)
		return
	}
	switch a := before.(type) {
	case *expr.Row:
		if b, ok := after.(*expr.Row); ok {
			d.fields(path, k, a, b)
			return
		}
	case expr.Custom:
		if b, ok := after.(expr.Custom); ok {
			d.custom(path, a, b)
			return
		}
	}
	d.note(path, jsonOf(before), jsonOf(after))
}

// asRows reports whether there are rows to be compared: a list that was absent had none.
func asRows(before, after any) (a, b expr.Rows, are bool) {
	a, wereRows := before.(expr.Rows)
	b, areRows := after.(expr.Rows)
	return a, b, (wereRows || before == nil) && (areRows || after == nil) && len(a)+len(b) > 0
}

func (d *difference) note(path string, before, after json.RawMessage) {
	if !bytes.Equal(before, after) {
		d.changes = append(d.changes, Change{path, before, after})
	}
}

// jsonOf is nil for what is absent.
func jsonOf(value any) json.RawMessage {
	if value == nil {
		return nil
	}
	return appendValue(nil, value)
}

// fields compares value objects, or rows of a list, field by field.
func (d *difference) fields(path string, k *kind, before, after *expr.Row) {
	for i, f := range k.fields {
		d.compare(path+"."+f.Name, f.kind, before.Values[i], after.Values[i])
	}
}

// rows compares lists row by row: those of the same key, or at the same place.
func (d *difference) rows(path string, k *kind, before, after expr.Rows) {
	was := map[string]*expr.Row{}
	for i, row := range before {
		was[k.place(i, row)] = row
	}
	is := map[string]bool{}
	for i, row := range after {
		place := k.place(i, row)
		is[place] = true
		if known := was[place]; known != nil {
			d.fields(path+place, k, known, row)
		} else {
			d.note(path+place, nil, appendRow(nil, row))
		}
	}
	for i, row := range before {
		if place := k.place(i, row); !is[place] {
			d.note(path+place, appendRow(nil, row), nil)
		}
	}
}

// place tells a row of the list apart.
func (k *kind) place(i int, row *expr.Row) string {
	if k.key < 0 || row.Values[k.key] == nil {
		return "[" + strconv.Itoa(i) + "]"
	}
	return "[" + k.Key + "=" + keyText(row.Values[k.key]) + "]"
}

// custom compares custom values key by key.
func (d *difference) custom(path string, before, after expr.Custom) {
	var a, b map[string]json.RawMessage
	if json.Unmarshal([]byte(before), &a) != nil || json.Unmarshal([]byte(after), &b) != nil {
		d.note(path, jsonOf(before), jsonOf(after))
		return
	}
	for _, key := range slices.Sorted(maps.Keys(a)) {
		d.note(path+"."+key, a[key], b[key])
	}
	for _, key := range slices.Sorted(maps.Keys(b)) {
		if _, known := a[key]; !known {
			d.note(path+"."+key, nil, b[key])
		}
	}
}
