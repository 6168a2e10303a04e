package change

import (
	"maps"
	"slices"

	"github.com/polderhq/polder/internal/model"
)

// schema is what streams and events there are at one moment. The name of an event is unique
// in it, as the compiler sees to for the model of each release.
type schema struct {
	streams map[string]bool
	events  map[string]*event
}

// event is an event of a schema, with the stream type that it happens to.
type event struct {
	stream     string
	attributes []model.Attribute
}

// schemaOf returns the schema of the model.
func schemaOf(streams []model.Stream) *schema {
	s := &schema{streams: map[string]bool{}, events: map[string]*event{}}
	for _, stream := range streams {
		s.streams[stream.Name] = true
		for _, e := range stream.Events {
			s.events[e.Name] = &event{stream.Name, e.Attributes}
		}
	}
	return s
}

// clone returns a copy that shares the events: who changes one owns it first.
func (s *schema) clone() *schema {
	return &schema{streams: maps.Clone(s.streams), events: maps.Clone(s.events)}
}

// own replaces the event by a copy that can be changed, and returns it; nil when there is none.
func (s *schema) own(name string) *event {
	e := s.events[name]
	if e == nil {
		return nil
	}
	e = &event{e.stream, slices.Clone(e.attributes)}
	s.events[name] = e
	return e
}

func (s *schema) eventNames() []string { return slices.Sorted(maps.Keys(s.events)) }

func (s *schema) streamNames() []string { return slices.Sorted(maps.Keys(s.streams)) }

// of returns the names of the stream's events, sorted.
func (s *schema) of(stream string) []string {
	var names []string
	for _, name := range s.eventNames() {
		if s.events[name].stream == stream {
			names = append(names, name)
		}
	}
	return names
}

// attribute returns the event's attribute, nil when it has none of the name.
func (e *event) attribute(name string) *model.Attribute {
	return find(e.attributes, name)
}

func find(list []model.Attribute, name string) *model.Attribute {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

func (e *event) names() []string {
	names := make([]string, len(e.attributes))
	for i, a := range e.attributes {
		names[i] = a.Name
	}
	return names
}

func (e *event) remove(name string) {
	e.attributes = slices.DeleteFunc(e.attributes, func(a model.Attribute) bool { return a.Name == name })
}
