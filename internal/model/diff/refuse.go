package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// open stands in a line for what only a person can say.
const open = "…"

// lines returns the operations of which one says what a person has to say about the finding.
func (x *carriage) lines(f finding) []string {
	name, _, nested := strings.Cut(f.path, ".")
	of := []string{"of", x.event.Name, "attribute", name}
	update := func(pairs ...string) []string { return []string{line("update attribute", append(of, pairs...)...)} }
	if nested {
		if f.relation == gone { // what is read anew does not have it any more
			return update("value", name)
		}
		return update("from", declared(find(x.at.attributes, name).Attribute), "value", quote(open))
	}
	switch f.relation {
	case gone:
		return append([]string{line("delete attribute", append(of, "type", declared(f.a.Attribute))...)}, x.renames(f)...)
	case missing:
		return []string{line("add attribute", append(of, "value", quote(open))...)}
	case required:
		return update("from", declared(f.a.Attribute), "value", name, "else", quote(open))
	case mapped:
		value := name
		for _, gone := range f.values {
			value = fmt.Sprintf("%s == '%s' ? '%s' : %s", name, gone, open, value)
		}
		return update("from", declared(f.a.Attribute), "value", quote(value))
	}
	return update("from", declared(f.a.Attribute), "value", quote(open))
}

// renames returns the operations that give the attribute, which is gone, the name of a new one.
func (x *carriage) renames(f finding) []string {
	var lines []string
	for _, other := range x.findings {
		isNew := other.relation == missing || other.relation == added
		if isNew && !strings.Contains(other.path, ".") && fits(f.a, other.b) {
			lines = append(lines, line("update attribute", "of", x.event.Name, "attribute", f.path, "to", other.path))
		}
	}
	return lines
}

// fits reports whether b may be what a was under another name.
func fits(a, b *typed) bool {
	for _, f := range compareAttributes("", a, b) {
		if !f.harmless() && f.relation != narrowed {
			return false
		}
	}
	return true
}

// lostEvents says what has to be declared about events, or their whole stream type.
func (c *comparison) lostEvents(stream *model.Stream, lost []*model.Event) {
	if c.b.streams[stream.Name] == nil && len(lost) > 0 && len(lost) == len(stream.Events) {
		c.lostStream(stream)
		return
	}
	for _, e := range lost {
		c.add(Change{Class: Major, Part: "event", Name: stream.Name + "." + e.Name, What: "is gone", Action: Action{Upcast, e.Name},
			Place: e.Origin, LosesData: true})
		pairs := []string{"event", e.Name, "of", stream.Name}
		if e.Version > 1 {
			pairs = append(pairs, "attributes", declaredAll(e.Attributes))
		}
		lines := []string{line("delete event", pairs...)}
		for _, other := range c.newEvents(c.b.streams[stream.Name]) {
			if similar(e.Attributes, other.Attributes) {
				lines = append(lines, line("rename event", "event", e.Name, "to", other.Name))
			}
		}
		c.refuse(e.Origin, e.Name+" of "+stream.Name+" is gone", lines...)
	}
}

// newEvents returns the events of the stream type of b that a does not have.
func (c *comparison) newEvents(stream *model.Stream) []*model.Event {
	var list []*model.Event
	for i := 0; stream != nil && i < len(stream.Events); i++ {
		if e := &stream.Events[i]; c.a.events[stream.Name+"."+e.Name] == nil {
			list = append(list, e)
		}
	}
	return list
}

func (c *comparison) lostStream(stream *model.Stream) {
	c.add(Change{Class: Major, Part: "stream", Name: stream.Name, What: "is gone", Action: Action{Upcast, stream.Name}, Place: stream.Origin, LosesData: true})
	var events []string
	for i := range stream.Events {
		e, carried := &stream.Events[i], "{}"
		if e.Version > 1 {
			carried = declaredAll(e.Attributes)
		}
		events = append(events, e.Name+": "+carried)
	}
	lines := []string{line("delete stream", "stream", stream.Name, "events", "{"+strings.Join(events, ", ")+"}")}
	for i := range c.b.Streams {
		if other := &c.b.Streams[i]; c.a.streams[other.Name] == nil && similar(stream.Attributes, other.Attributes) {
			lines = append(lines, line("rename stream", "stream", stream.Name, "to", other.Name)+renamed(stream.Events, c.newEvents(other)))
		}
	}
	c.refuse(stream.Origin, "The stream type "+stream.Name+" is gone", lines...)
}

// renamed returns a line more for each event that the renamed stream type has under another
// name, as far as that can be seen.
func renamed(events []model.Event, candidates []*model.Event) (lines string) {
	candidates = slices.Clone(candidates)
	for i := range events {
		e := &events[i]
		at := slices.IndexFunc(candidates, func(other *model.Event) bool { return other.Name == e.Name })
		if at < 0 {
			if at = slices.IndexFunc(candidates, func(other *model.Event) bool { return similar(e.Attributes, other.Attributes) }); at >= 0 {
				lines += "\n" + line("rename event", "event", e.Name, "to", candidates[at].Name)
			}
		}
		if at >= 0 {
			candidates = slices.Delete(candidates, at, at+1)
		}
	}
	return lines
}

// similar reports whether most attributes of the one are among the other's.
func similar(a, b []model.Attribute) bool {
	same := 0
	for i := range a {
		for j := range b {
			if a[i].Name == b[j].Name && a[i].Type.Kind == b[j].Type.Kind {
				same++
			}
		}
	}
	return 2*same >= max(len(a), len(b))
}

// line is an operation as a file below changes/ holds it; keys and values take turns.
func line(kind string, pairs ...string) string {
	var fields []string
	for i := 0; i < len(pairs); i += 2 {
		fields = append(fields, pairs[i]+": "+pairs[i+1])
	}
	return "- " + kind + ": {" + strings.Join(fields, ", ") + "}"
}

func quote(text string) string { return `"` + text + `"` }

// declared is the type of an attribute as an operation declares what it was.
func declared(a *model.Attribute) string {
	text := typeName(&a.Type)
	switch {
	case a.Type.Kind == model.List && a.Optional:
		return strings.TrimSuffix(text, "}") + ", optional: true}"
	case a.Optional:
		return "{type: " + text + ", optional: true}"
	}
	return text
}

func typeName(t *model.Type) string {
	switch t.Kind {
	case model.Decimal:
		return fmt.Sprintf(`"decimal(%d,%d)"`, t.Precision, t.Scale)
	case model.Enum:
		return quote("enum(" + strings.Join(t.Enum, ", ") + ")")
	case model.Ref:
		return quote("ref(" + strings.Join(t.Targets, ", ") + ")")
	case model.List:
		return "{key: " + t.Key + ", of: " + declaredAll(t.Of) + "}"
	case model.Object:
		return t.Value
	}
	return string(t.Kind)
}

func declaredAll(attributes []model.Attribute) string {
	fields := make([]string, len(attributes))
	for i := range attributes {
		fields[i] = attributes[i].Name + ": " + declared(&attributes[i])
	}
	return "{" + strings.Join(fields, ", ") + "}"
}
