package model

import (
	"errors"
	"fmt"
	"slices"

	"github.com/polderhq/polder/internal/model/expr"
)

// upcasting is one event under way. Values are made when they are asked for, so what nothing
// comes to costs nothing and cannot fail.
type upcasting struct {
	*upcast
	cells  []cell  // by source
	typed  []typed // by reading
	text   []byte  // of what was derived
	reader reader
	at     place    // of what is read
	memory []memory // by source; nil: nothing is remembered from event to event
	failed error    // ends it, whatever an expression makes of it
}

type cell struct {
	raw  []byte // nil: the event says nothing of it
	made any    // what the derivation gave
	done bool
}

type typed struct {
	value any
	done  bool
}

func (u *upcast) begin() *upcasting {
	x := &upcasting{upcast: u, cells: make([]cell, len(u.sources))}
	if len(u.readings) > 0 {
		x.typed = make([]typed, len(u.readings))
	}
	return x
}

// again makes ready for another event of the type. What the one before gave means nothing then.
func (x *upcasting) again() {
	clear(x.cells)
	clear(x.typed)
	x.text, x.failed = x.text[:0], nil
}

// apply reads the event; by is nil, or who alone wants to know.
func (u *upcast) apply(payload []byte, by *ProjectionType) ([]Stored, error) {
	x := u.begin()
	s := scanner{text: payload}
	if err := x.scan(&s, func(int) error { return s.skip(0) }); err != nil {
		return u.couldBe(), &UpcastError{u.of.stream, u.of.event, u.of.version, "", "", u.origin, err}
	}
	out := make([]Stored, 0, len(u.ends))
	for i := range u.ends {
		is := u.ends[i].is
		if by != nil && !by.Handles(is.stream, is.event) {
			continue
		}
		holds, err := x.holds(u.ends[i].when)
		if holds && u.ends[i].refused != nil {
			err = u.ends[i].refused
		}
		if holds && err == nil {
			var made []byte
			made, err = x.write(u.ends[i].attributes, by, len(payload))
			out = append(out, Stored{is.stream, is.event, is.version, made})
		}
		if err != nil {
			return u.couldBe(), err
		}
	}
	return out, nil
}

func (u *upcast) couldBe() []Stored {
	list := make([]Stored, len(u.becomes))
	for i, is := range u.becomes {
		list[i] = Stored{StreamType: is.stream, Name: is.event, Version: is.version}
	}
	return list
}

// scan finds the attributes that anything may ask for; take takes the value of that source.
func (x *upcasting) scan(s *scanner, take func(source int) error) error {
	err := s.object(func(key []byte) error {
		n, known := x.slots[string(key)]
		if !known {
			return s.skip(0)
		}
		s.peek()
		start := s.at
		err := take(n)
		x.cells[n].raw = s.text[start:s.at]
		return err
	}, 0)
	if err == nil {
		err = s.end()
	}
	return err
}

func (x *upcasting) holds(when []int) (bool, error) {
	for _, n := range when {
		raw, err := x.raw(n)
		if err != nil || string(raw) != "true" {
			return false, err
		}
	}
	return true, nil
}

// write makes the payload, as that of a raised event: what has no value is left out.
func (x *upcasting) write(attributes []ended, by *ProjectionType, size int) ([]byte, error) {
	b := append(make([]byte, 0, size+64), '{')
	for i := range attributes {
		if n := attributes[i].target; by != nil && (n == absent || !by.wanted[n]) {
			continue
		}
		raw, err := x.raw(attributes[i].source)
		if err != nil {
			return nil, err
		}
		if raw == nil {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(b, attributes[i].key...), raw...)
	}
	return append(b, '}'), nil
}

// raw returns the JSON of the source, nil when it has no value.
func (x *upcasting) raw(n int) ([]byte, error) {
	if n == absent {
		return nil, nil
	}
	s, c := &x.sources[n], &x.cells[n]
	switch {
	case s.constant != nil:
		return s.constant, nil
	case s.made == nil || c.done:
		return c.raw, nil
	}
	memory, key := x.recall(n)
	if known, found := memory[string(key)]; found {
		*c = known
		return c.raw, nil
	}
	value, err := x.derive(s.made)
	if err != nil {
		return nil, err
	}
	c.made, c.done = value, true
	if value != nil {
		start := len(x.text)
		x.text = appendValue(x.text, value)
		c.raw = x.text[start:]
	} else if x.says(s.made) {
		c.raw = []byte("null")
	}
	if memory != nil && len(memory) < maxRemembered {
		memory[string(key)] = cell{slices.Clone(c.raw), value, true}
	}
	return c.raw, nil
}

// memory is what an expression gave over values of the one attribute that it follows from: states,
// dates and codes come again and again.
type memory map[string]cell

const (
	maxRemembered     = 256 // values of an attribute
	maxRememberedText = 64  // bytes of one
)

// recall returns what is remembered of the source, and the value at hand; nil when it is nothing
// to remember.
func (x *upcasting) recall(n int) (memory, []byte) {
	only := x.sources[n].made.only
	if x.memory == nil || only == absent {
		return nil, nil
	}
	key := x.cells[only].raw
	if len(key) == 0 || len(key) > maxRememberedText {
		return nil, nil
	}
	if x.memory[n] == nil {
		x.memory[n] = memory{}
	}
	return x.memory[n], key
}

// derive evaluates the expression, or what is to be taken in place of it. Without that, an
// expression that fails over nothing but absent values has none itself: events say only what
// changed.
func (x *upcasting) derive(d *derivation) (any, error) {
	if d.unsaid != nil && x.saysNothing(d) {
		return d.unsaid.value, nil
	}
	value, err := x.eval(d, d.program)
	if isUnable(err) && x.failed == nil {
		switch {
		case d.otherwise != nil:
			value, err = x.eval(d, d.otherwise)
		case x.absent(d):
			return nil, nil
		}
	}
	if x.failed != nil {
		return nil, x.failed
	}
	if err != nil {
		x.failed = &UpcastError{x.of.stream, x.of.event, x.of.version, d.attribute, d.program.Source(), d.origin, err}
		return nil, x.failed
	}
	return d.kind.adopt(value), nil
}

// isUnable reports whether the error is that an expression has no value.
func isUnable(err error) bool {
	if err == nil {
		return false
	}
	var unable *expr.EvalError
	return errors.As(err, &unable)
}

// saysNothing reports whether none of what the expression reads, which is all as it is stored, has
// a value.
func (x *upcasting) saysNothing(d *derivation) bool {
	for _, v := range d.reads {
		if n := x.readings[v.reading].source; n != absent && len(x.cells[n].raw) > 0 && x.cells[n].raw[0] != 'n' {
			return false
		}
	}
	return true
}

func (x *upcasting) eval(d *derivation, p *expr.Program) (any, error) {
	return p.Eval(&stepScope{x, d})
}

// absent reports whether the expression reads something, and none of it has a value.
func (x *upcasting) absent(d *derivation) bool {
	for _, v := range d.reads {
		if value, err := x.value(v.reading); err != nil || value != nil {
			return false
		}
	}
	return len(d.reads) > 0
}

// says reports whether the event says anything about what the expression reads. If it
// does, an outcome without a value clears the attribute, as a null does; if not, the
// attribute is not spoken of.
func (x *upcasting) says(d *derivation) bool {
	for _, v := range d.reads {
		if raw, err := x.raw(x.readings[v.reading].source); err == nil && raw != nil {
			return true
		}
	}
	return false
}

// stepScope is an event between two steps, as the expressions of the later one see it.
type stepScope struct {
	*upcasting
	of *derivation
}

// Lookup implements expr.Scope.
func (s *stepScope) Lookup(name string) (any, error) {
	n := slices.IndexFunc(s.of.reads, func(v variable) bool { return v.name == name })
	if n < 0 {
		return nil, fmt.Errorf("the event has no %q", name)
	}
	value, err := s.value(s.of.reads[n].reading)
	if err == nil || s.failed != nil {
		return value, err
	}
	s.failed = &UpcastError{s.upcasting.of.stream, s.upcasting.of.event, s.upcasting.of.version, name, "", s.of.origin, err}
	return nil, s.failed
}

// value returns what a step's expressions read; nil when it is absent.
func (x *upcasting) value(n int) (any, error) {
	t, r := &x.typed[n], &x.readings[n]
	if t.done || r.source == absent {
		return t.value, nil
	}
	raw, err := x.raw(r.source)
	if err != nil {
		return nil, err
	}
	if r.direct && x.sources[r.source].made != nil { // else it was found to be constant
		t.value = x.cells[r.source].made
	} else if raw != nil {
		x.reader, x.at = reader{scanner: scanner{text: raw}}, place{name: r.field.Name}
		t.value, err = x.reader.read(r.field.kind, r.field, &x.at)
		if err := x.reader.fact(err); err != nil {
			return nil, err
		}
	}
	t.done = true
	return t.value, nil
}
