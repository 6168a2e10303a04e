package model

import (
	"bytes"
	"slices"
)

// altered returns which of the projection's attributes an event may set to something else here
// than it did in the old projection. It is not well when old rows do not tell which events changed
// a stream's row last: an event that is stored has to be an event of both, under one name, or of
// neither. Where nothing of how events are stored differs, nothing is altered, however it is read.
func (p *ProjectionType) altered(old *ProjectionType) (numbers map[int]bool, well bool) {
	if p.readsAsBefore(old) {
		return nil, true
	}
	numbers = map[int]bool{}
	for stored := range p.storedTypes(old) {
		was, is := old.readingOf(stored), p.readingOf(stored)
		switch {
		case was.event == "" && !was.several && (is.event == "" || !slices.Contains(old.Events, is.event)) && !is.several:
			continue // the old projection had no part in it
		case was.several || is.several || was.event != is.event:
			return nil, false
		}
		for n, a := range p.stream.attributes {
			if !is.value[a.Name].same(was.value[a.Name]) {
				numbers[n] = true
			}
		}
	}
	return numbers, true
}

// readsAsBefore reports whether each event of the old projection is stored as it was, and read alike.
func (p *ProjectionType) readsAsBefore(old *ProjectionType) bool {
	for _, name := range old.Events {
		if p.stream.events[name].Version != old.stream.events[name].Version {
			return false
		}
	}
	return slices.EqualFunc(p.release.leadingTo(old), old.release.leadingTo(old), sameUpcast)
}

// storedTypes are those of which either projection may handle what they become.
func (p *ProjectionType) storedTypes(old *ProjectionType) map[storedType]bool {
	types := map[storedType]bool{}
	for _, of := range []*ProjectionType{p, old} {
		for _, name := range of.Events {
			types[storedType{of.From, name, of.stream.events[name].Version}] = true
		}
		for stored, u := range of.release.upcasts {
			if slices.ContainsFunc(u.becomes, of.takes) {
				types[stored] = true
			}
		}
	}
	return types
}

// simple is what one stored event is to a projection: an event that it handles, with attributes
// that are set to values of the stored one; several, when it may be more than that.
type simple struct {
	event   string // empty: none that the projection handles
	several bool
	value   map[string]origin // by the stream's attribute
}

// origin is where the value of an attribute comes from; the zero origin is that of one that is not set.
type origin struct {
	slot     string // attribute of the stored event
	constant []byte
	made     bool // by an expression
	field    *field
}

// same reports whether both are the same value, read alike. What is made by expressions is not known to be.
func (o origin) same(was origin) bool {
	if o.field == nil || was.field == nil {
		return o.field == was.field
	}
	return !o.made && !was.made && o.slot == was.slot && bytes.Equal(o.constant, was.constant) && o.field.kind.alike(was.field.kind)
}

// readingOf returns what the stored event is to the projection. A version that the release does
// not know is read as it is stored.
func (p *ProjectionType) readingOf(stored storedType) simple {
	u := p.release.upcasts[stored]
	if u == nil {
		if !p.takes(stored) {
			return simple{}
		}
		made := simple{event: stored.event, value: map[string]origin{}}
		p.setting(&made, func(f *field) (origin, bool) { return origin{slot: f.Name}, true })
		return made
	}
	if !slices.ContainsFunc(u.becomes, p.takes) {
		return simple{}
	}
	if len(u.ends) != 1 || len(u.ends[0].when) > 0 || u.ends[0].refused != nil {
		return simple{several: true}
	}
	made := simple{event: u.ends[0].is.event, value: map[string]origin{}}
	p.setting(&made, func(f *field) (origin, bool) {
		n := slices.IndexFunc(u.ends[0].attributes, func(a ended) bool { return a.name == f.Name })
		if n < 0 {
			return origin{}, false
		}
		return u.originOf(u.ends[0].attributes[n].source), true
	})
	return made
}

// setting fills in what the event sets, from where find says.
func (p *ProjectionType) setting(made *simple, find func(*field) (origin, bool)) {
	e := p.stream.events[made.event]
	for _, f := range e.fields {
		n, sets := e.target[f.Name]
		if !sets {
			continue
		}
		if from, has := find(f); has {
			from.field = f
			made.value[p.stream.attributes[n].Name] = from
		}
	}
}

func (u *upcast) originOf(n int) origin {
	if s := u.sources[n]; s.made != nil || s.constant != nil {
		return origin{constant: s.constant, made: s.made != nil}
	}
	for slot, source := range u.slots {
		if source == n {
			return origin{slot: slot}
		}
	}
	return origin{made: true}
}
