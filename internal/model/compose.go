package model

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model/expr"
)

// composer puts the steps of upcasts together, so that a stored event is read at once and
// not version by version.
type composer struct {
	*loader
	steps map[storedType]*upstep
}

// upstep is an Upcast made ready.
type upstep struct {
	*Upcast
	fields []*field // of Reads
	env    *expr.Env
}

// stage is an event between two steps: the sources of its attributes. Nil is the event as
// it is stored.
type stage map[string]int

func (u *Upcast) from() storedType { return storedType{u.Stream, u.Event, u.Version} }
func (i *Into) to() storedType     { return storedType{i.Stream, i.Event, i.Version} }

// loadUpcasts composes a whole way for each stored type that is not current.
func (l *loader) loadUpcasts() error {
	c := &composer{l, map[storedType]*upstep{}}
	for i := range l.ir.Upcasts {
		if err := c.add(&l.ir.Upcasts[i]); err != nil {
			return located(l.ir.Upcasts[i].Origin, err)
		}
	}
	l.release.upcasts = make(map[storedType]*upcast, len(c.steps))
	for i := range l.ir.Upcasts {
		u := &l.ir.Upcasts[i]
		w := &way{composer: c, upcast: &upcast{of: u.from(), origin: u.Origin, slots: map[string]int{}}, open: map[storedType]bool{}}
		if err := w.walk(u.from(), nil, nil); err != nil {
			return err
		}
		w.fold()
		w.foresee()
		l.release.upcasts[u.from()] = w.upcast
	}
	return nil
}

func (c *composer) add(u *Upcast) (err error) {
	s := &upstep{Upcast: u}
	if c.steps[u.from()] != nil {
		return fmt.Errorf("two upcasts of %s", u.from())
	}
	if c.current(u.from()) != nil {
		return fmt.Errorf("%s is current and has an upcast", u.from())
	}
	if u.Refuse != "" && len(u.Into) > 0 {
		return fmt.Errorf("%s is refused and becomes something", u.from())
	}
	if s.fields, err = c.kinds.fields(u.Reads); err != nil {
		return err
	}
	if s.env, err = c.scopes.Stored(u.Reads); err != nil {
		return err
	}
	c.steps[u.from()] = s
	return nil
}

// current returns the event of the release that the type is, nil when it is none.
func (c *composer) current(t storedType) *eventType {
	stream := c.release.streams[t.stream]
	if stream == nil {
		return nil
	}
	if e := stream.events[t.event]; e != nil && e.Version == t.version {
		return e
	}
	return nil
}

// knows reports whether the release has an event of the name, of whatever version.
func (c *composer) knows(t storedType) bool {
	stream := c.release.streams[t.stream]
	return stream != nil && stream.events[t.event] != nil
}

// way is an upcast that is being composed.
type way struct {
	*composer
	*upcast
	open map[storedType]bool // what the way at hand has come through
}

// walk goes on from an event: of its type, with attributes from those sources, under those
// conditions.
func (w *way) walk(at storedType, attributes stage, when []int) error {
	s := w.steps[at]
	if w.open[at] {
		return located(s.Origin, fmt.Errorf("upcasts lead from %s back to it", at))
	}
	w.open[at] = true
	defer delete(w.open, at)
	if s.Refuse != "" {
		w.end(ending{when: when, is: at, refused: &RefusedError{w.of.stream, w.of.event, w.of.version, s.Refuse, s.Origin}}, w.knows(at))
		return nil
	}
	for i := range s.Into {
		if err := w.step(s, &s.Into[i], attributes, when); err != nil {
			return located(s.Origin, fmt.Errorf("%s: %w", at, err))
		}
	}
	return nil
}

// step takes one of the events that the step makes.
func (w *way) step(s *upstep, into *Into, attributes stage, when []int) error {
	if into.When != "" {
		condition, err := w.derivation(s, attributes, &Derive{Expr: into.When, Type: &Type{Kind: Bool}})
		if err != nil {
			return fmt.Errorf("when: %w", err)
		}
		when = append(slices.Clip(when), condition)
	}
	next := make(stage, len(into.Attributes))
	for i := range into.Attributes {
		d := &into.Attributes[i]
		var err error
		if next[d.Name], err = w.derive(s, attributes, d); err != nil {
			return fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	if w.steps[into.to()] != nil {
		return w.walk(into.to(), next, when)
	}
	e := w.current(into.to())
	if e == nil {
		return fmt.Errorf("it becomes %s of %s, which is no event of the release, and has no upcast", into.to(), into.Stream)
	}
	made := ending{when: when, is: into.to()}
	for _, f := range e.fields {
		if n, has := next[f.Name]; has && n != absent {
			target, sets := e.target[f.Name]
			if !sets {
				target = absent
			}
			made.attributes = append(made.attributes, ended{f.Name, append(appendText(nil, f.Name), ':'), n, target})
		}
		delete(next, f.Name)
	}
	for name := range next {
		return fmt.Errorf("%s has no attribute %s", into.to(), name)
	}
	w.end(made, true)
	return nil
}

func (w *way) end(e ending, known bool) {
	w.ends = append(w.ends, e)
	if known && !slices.Contains(w.becomes, e.is) {
		w.becomes = append(w.becomes, e.is)
	}
}

func (w *way) derive(s *upstep, attributes stage, d *Derive) (int, error) {
	if (d.From == "") == (d.Expr == "") {
		return 0, errors.New("it comes either from an attribute or from an expression")
	}
	if d.From != "" {
		return w.attribute(attributes, d.From), nil
	}
	if d.Type == nil {
		return 0, errors.New("its expression has no type")
	}
	return w.derivation(s, attributes, d)
}

// attribute returns the source of an attribute of the event at that stage.
func (w *way) attribute(attributes stage, name string) int {
	if attributes != nil {
		if n, has := attributes[name]; has {
			return n
		}
		return absent
	}
	n, known := w.slots[name]
	if !known {
		n = w.source(source{})
		w.slots[name] = n
	}
	return n
}

func (w *way) source(s source) int {
	w.sources = append(w.sources, s)
	return len(w.sources) - 1
}

// derivation compiles the expression over the event at that stage.
func (w *way) derivation(s *upstep, attributes stage, d *Derive) (int, error) {
	kind, err := w.kinds.kind(d.Name, d.Type)
	if err != nil {
		return 0, err
	}
	made := &derivation{kind: kind, only: absent, attribute: d.Name, origin: w.declaredAt(s.Upcast, d.Name)}
	if made.program, err = w.compile(s, d.Expr, kind); err != nil {
		return 0, err
	}
	needs := roots(made.program)
	if d.Else != "" {
		if made.otherwise, err = w.compile(s, d.Else, kind); err != nil {
			return 0, fmt.Errorf("else: %w", err)
		}
		needs = append(needs, roots(made.otherwise)...)
	}
	slices.Sort(needs)
	for _, name := range slices.Compact(needs) {
		made.reads = append(made.reads, variable{name, w.reading(s, attributes, name)})
	}
	return w.source(source{made: made}), nil
}

// declaredAt returns the line of the operation that says where the attribute comes from, of an upcast that
// all operations of a set on its event made together.
func (c *composer) declaredAt(u *Upcast, attribute string) string {
	for _, set := range c.ir.Changes {
		if set.Origin != u.Origin {
			continue
		}
		for _, op := range set.Operations {
			of, to := op.Declared["of"], cmp.Or(op.Declared["to"], op.Declared["attribute"])
			if to == attribute && (of == u.Event || strings.HasSuffix(of, "."+u.Event)) {
				return op.Origin
			}
		}
	}
	return u.Origin
}

func (w *way) compile(s *upstep, text string, kind *kind) (*expr.Program, error) {
	program, err := s.env.Compile(text)
	if err != nil {
		return nil, err
	}
	if !program.Type().AssignableTo(kind.as) {
		return nil, fmt.Errorf("it is %s, but %q is %s", kind.as, text, program.Type())
	}
	return program, nil
}

// reading returns the number under which the step's expressions read the attribute.
func (w *way) reading(s *upstep, attributes stage, name string) int {
	i := slices.IndexFunc(s.fields, func(f *field) bool { return f.Name == name })
	r := reading{source: w.attribute(attributes, name), field: s.fields[i]}
	if r.source != absent {
		made := w.sources[r.source].made
		r.direct = made != nil && made.kind.Kind == r.field.kind.Kind && r.field.kind.plain()
	}
	if n := slices.Index(w.readings, r); n >= 0 {
		return n
	}
	w.readings = append(w.readings, r)
	return len(w.readings) - 1
}

// plain reports whether a value of the kind, written and read again, is just that value.
func (k *kind) plain() bool {
	switch k.Kind {
	case Text, Int, Bool, Decimal, Date:
		return true
	}
	return false
}

// foresee finds out what expressions give over events that say nothing of what they read.
func (w *way) foresee() {
	for i := range w.sources {
		d := w.sources[i].made
		if d == nil || len(d.reads) == 0 {
			continue
		}
		d.only = w.only(d)
		if !w.readsStored(d) {
			continue
		}
		value, err := d.program.Eval(expr.Values{})
		if isUnable(err) && d.otherwise != nil {
			value, err = d.otherwise.Eval(expr.Values{})
		} else if isUnable(err) {
			value, err = nil, nil
		}
		if err == nil {
			d.unsaid = &unsaid{d.kind.adopt(value)}
		}
	}
}

// only returns the source of the one stored attribute that the expression follows from, by itself
// or over what it reads; absent when that is not one.
func (w *way) only(d *derivation) int {
	found := absent
	for _, v := range d.reads {
		n := w.readings[v.reading].source
		if n == absent || w.sources[n].constant != nil {
			continue
		}
		if made := w.sources[n].made; made != nil {
			n = made.only // it stands before what reads it
		}
		if n == absent || found != absent && found != n {
			return absent
		}
		found = n
	}
	return found
}

// readsStored reports whether all that the expression reads is as it is stored.
func (w *way) readsStored(d *derivation) bool {
	return !slices.ContainsFunc(d.reads, func(v variable) bool {
		n := w.readings[v.reading].source
		return n != absent && (w.sources[n].made != nil || w.sources[n].constant != nil)
	})
}

// fold evaluates what follows from constants alone. What fails is left: perhaps nothing
// ever asks for it.
func (w *way) fold() {
	for n := range w.sources { // what is read stands before what reads it
		d := w.sources[n].made
		if d == nil || !w.constant(d) {
			continue
		}
		if raw, err := w.begin().raw(n); err == nil {
			w.sources[n] = source{constant: raw}
			if raw == nil {
				w.sources[n] = source{} // a slot that no attribute fills: never there
			}
		}
	}
}

func (w *way) constant(d *derivation) bool {
	for _, v := range d.reads {
		n := w.readings[v.reading].source
		if n != absent && w.sources[n].constant == nil {
			return false
		}
	}
	return true
}
