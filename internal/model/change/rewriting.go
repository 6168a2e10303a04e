package change

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// rewriting is an operation over several events, which no event can be read by alone.
type rewriting interface {
	operation
	// transform returns what the operation does to a history, event by event.
	transform(s *step) transform
}

// transform is a rewriting operation under way. It learns from the whole history first.
type transform interface {
	// learn notes what later calls of next need.
	learn(e Event) error
	// next changes the event in place.
	next(e *Event) error
}

// needed is why an event cannot be read before its history is rewritten.
func (s *step) needed() string { return "needs the rewrite of " + s.set.Version }

// checkRewritten reports events that are rewritten and changed otherwise in the same set.
func (s *step) checkRewritten() {
	for _, name := range sortedKeys(s.outcomes) {
		o := s.outcomes[name]
		if o.refuse != s.needed() {
			continue
		}
		moved := !o.whole && s.after.events[s.calledAfter(name)].stream != s.now.events[name].stream
		if moved || o.times > 1 {
			s.report.Hint(o.at, problem.ChangeConflict, "put the two into sets of their own", "%s %s, and changes otherwise too", name, s.needed())
		}
	}
}

// relocate undoes that an event happens to another type. It returns the event as it was.
func (s *step) relocate(name, from, to source.Word) *event {
	after := s.takeEvent(name)
	if after == nil {
		return nil
	}
	if after.stream != to.Text {
		s.report.Hint(to.At, problem.ChangeOf, "it is of "+after.stream, "%s is not of %s after %s", name.Text, to.Text, s.set.Version)
		return nil
	}
	before := &event{stream: from.Text, attributes: after.attributes}
	s.giveEvent(name, before)
	s.outcome(name, true, &target{event: name.Text, at: name.At}).refuse = s.needed()
	return before
}

// reference makes sure that the event as it was has an attribute that leads to a stream of the
// type; one that is gone is given back. One that is no reference is reported.
func (s *step) reference(e *event, name, to source.Word) {
	a := e.attribute(name.Text)
	if a == nil {
		e.attributes = append(slices.Clip(e.attributes), model.Attribute{
			Name: name.Text, Type: model.Type{Kind: model.Ref, Targets: []string{to.Text}}, Optional: true,
		})
		return
	}
	if a.Type.Kind != model.Ref {
		s.report.Hint(name.At, problem.ExpressionType, "name the attribute that holds the id of the "+to.Text, "%s is %s, and no reference to %s", name.Text, shortText(a.Type), to.Text)
	}
}

// rewritten is the way back of a rewrite.
func (s *step) rewritten(events ...string) way {
	return way{none: "its history was rewritten; the way back is the generation before", after: events, before: events}
}

// mover moves events from streams of one type to those of another.
type mover struct {
	from, to string
	events   map[string]bool
	by       string // attribute with the id of the stream that they move to; empty: see id
	id       func(uuid.UUID) uuid.UUID
	keep     map[string]bool // the events that still carry it
	as       string          // attribute that gets the id of the stream that they come from; empty: none
	targets  map[uuid.UUID]uuid.UUID
}

// learn notes where the stream leads, as the first of its events that says so has it.
func (m *mover) learn(e Event) error {
	if e.StreamType != m.from || m.by == "" {
		return nil
	}
	if _, known := m.targets[e.StreamID]; known {
		return nil
	}
	id, err := m.target(e)
	if err == nil && id != uuid.Nil {
		m.targets[e.StreamID] = id
	}
	return err
}

// target returns the id that the event has for the stream to move to, none when it says none.
func (m *mover) target(e Event) (uuid.UUID, error) {
	fields, err := fieldsIn(e)
	if err != nil || len(fields[m.by]) == 0 || string(fields[m.by]) == "null" {
		return uuid.Nil, err
	}
	var id uuid.UUID
	if err := json.Unmarshal(fields[m.by], &id); err != nil {
		return uuid.Nil, fmt.Errorf("%s of %s %s: %s: %w", e.Name, e.StreamType, e.StreamID, m.by, err)
	}
	return id, nil
}

// next moves the event: by what it says itself, or else by what its stream says.
func (m *mover) next(e *Event) error {
	if e.StreamType != m.from || !m.events[e.Name] {
		return nil
	}
	old := e.StreamID
	id, err := m.destination(*e)
	if err != nil {
		return err
	}
	if id == uuid.Nil {
		return fmt.Errorf("%s of %s %s: nothing in the stream says under %s to which %s it moves", e.Name, e.StreamType, old, m.by, m.to)
	}
	e.StreamType, e.StreamID = m.to, id
	return m.relabel(e, old)
}

// destination returns the id of the stream that the event moves to, none when nothing says it.
func (m *mover) destination(e Event) (uuid.UUID, error) {
	if m.by == "" {
		return m.id(e.StreamID), nil
	}
	id, err := m.target(e)
	if id == uuid.Nil {
		id = m.targets[e.StreamID]
	}
	return id, err
}

// relabel takes the reference that led to the new stream out, and puts that to the old one in.
func (m *mover) relabel(e *Event, old uuid.UUID) error {
	fields, err := fieldsIn(*e)
	if err != nil {
		return err
	}
	_, said := fields[m.by]
	if m.as == "" && (!said || m.keep[e.Name]) {
		return nil
	}
	if !m.keep[e.Name] {
		delete(fields, m.by)
	}
	if m.as != "" {
		fields[m.as] = json.RawMessage(quoted(old.String()))
	}
	e.Payload, err = json.Marshal(fields)
	return err
}

func fieldsIn(e Event) (map[string]json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(e.Payload, &fields); err != nil {
		return nil, fmt.Errorf("%s of %s %s: %w", e.Name, e.StreamType, e.StreamID, err)
	}
	return fields, nil
}

func setOf(list []source.Word) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, w := range list {
		set[w.Text] = true
	}
	return set
}

// carrying returns those of the events that carry the attribute after the set.
func (s *step) carrying(events map[string]bool, attribute string) map[string]bool {
	carry := map[string]bool{}
	for name := range events {
		carry[name] = s.after.events[name].attribute(attribute) != nil
	}
	return carry
}

// lead takes the attribute that refers to the old stream from an event that moved: it had
// none before. False when there is no such reference, which is reported.
func (s *step) lead(e *event, of, as source.Word) bool {
	if !as.Given() {
		return true
	}
	a := e.attribute(as.Text)
	if a == nil || a.Type.Kind != model.Ref {
		s.report.Hint(as.At, problem.ChangeOf, problem.DidYouMean(as.Text, references(e)), "%s has no reference %q after %s", of.Text, as.Text, s.set.Version)
		return false
	}
	e.attributes = slices.Clone(e.attributes)
	e.remove(as.Text)
	return true
}

// some reports a list of events that is empty.
func (s *step) some(events []source.Word, of source.Word) bool {
	if len(events) == 0 {
		s.report.Hint(of.At, problem.ChangeForm, "list the events under \"events\"", "No event of %s is named", of.Text)
	}
	return len(events) > 0
}

// references returns the names of the event's attributes that refer to a stream.
func references(e *event) []string {
	var names []string
	for _, a := range e.attributes {
		if a.Type.Kind == model.Ref {
			names = append(names, a.Name)
		}
	}
	return names
}
