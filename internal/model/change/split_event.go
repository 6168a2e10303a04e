package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// splitEvent makes several event types of one: a stored event becomes those whose condition
// holds, in the order of the file.
type splitEvent struct {
	Event      source.Word         `yaml:"event" need:"yes" doc:"The event, as it was called before"`
	Attributes source.Dict[former] `yaml:"attributes" doc:"What it carried that none of the new events carries under the same name"`
	Into       source.Dict[branch] `yaml:"into" need:"yes" doc:"The events that there are now; also the one that keeps the name"`
	Back       source.Dict[values] `yaml:"back" doc:"Which of them are the old one for a release from before, with values over what they carry; it reads over the others"`
}

// values are the attributes of an event for the way back, where they do not stay as they are.
type values struct {
	Values source.Dict[derived] `yaml:"values" doc:"Attributes that do not stay as they are, each with an expression"`
}

// DecodeNode accepts nothing or the long form.
func (x *values) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind != source.Null {
		d.Plain(n, x)
	}
}

// Shapes lists what DecodeNode accepts.
func (x *values) Shapes() []any { return []any{source.NullShape{}, source.PlainShape(x)} }

func (*splitEvent) level() level { return ofEvents }

func (x *splitEvent) undo(s *step) {
	if x.Back.Given() && len(x.Back.Entries) == 0 {
		s.report.Hint(x.Back.At, problem.ChangeForm, "leave it out when there is no way back", "None of the new events is %s for a release from before", x.Event.Text)
		return
	}
	if len(x.Into.Entries) == 0 {
		s.report.Hint(x.Into.At, problem.ChangeForm, "use \"delete event\"", "%s becomes nothing", x.Event.Text)
		return
	}
	before := &event{attributes: s.former.attributes(x.Attributes)}
	o := s.outcome(x.Event, true)
	for _, entry := range x.Into.Entries {
		after := s.takeEvent(entry.Key)
		if after == nil {
			return
		}
		if before.stream == "" {
			before.stream = after.stream
		}
		if before.stream != after.stream {
			s.report.Hint(entry.Key.At, problem.ChangeForm, "split it within its type, and use \"move event\" in another set",
				"%s is of %s, and not of %s", entry.Key.Text, after.stream, before.stream)
		}
		before.inherit(after, entry.Value.Values)
		o.add(&target{event: entry.Key.Text, at: entry.Key.At, when: entry.Value.When, values: s.values(entry.Key.Text, after, entry.Value.Values)})
	}
	s.giveEvent(x.Event, before)
	for _, back := range x.Back.Entries {
		if x.Into.Get(back.Key.Text) == nil {
			s.report.Hint(back.Key.At, problem.ChangeOf, problem.DidYouMean(back.Key.Text, x.Into.Keys()), "%s does not become %q", x.Event.Text, back.Key.Text)
			continue
		}
		o.expectValues(back.Key.Text, s.values(x.Event.Text, before, back.Value.Values), before)
	}
}

// inverse makes the old event of those that are declared for it.
func (x *splitEvent) inverse(s *step) way {
	w := way{after: x.Into.Keys(), before: []string{x.Event.Text}}
	if !x.Back.Given() {
		w.none = "nothing says how " + x.Event.Text + " follows from the events that it was split into"
		return w
	}
	for _, name := range x.Into.Keys() {
		if e := s.after.events[name]; x.Back.Get(name) == nil {
			w.operations = append(w.operations, s.operation("delete event", "event", name, "of", e.stream, "attributes", attributesJSON(e.attributes)))
		}
	}
	w.operations = append(w.operations, x.join(s))
	return w
}

// join makes the old event of one of the new, or of several.
func (x *splitEvent) join(s *step) model.Operation {
	var events object
	for _, back := range x.Back.Entries {
		var stem object
		stem.add("attributes", attributesJSON(s.after.events[back.Key.Text].attributes))
		stem.add("values", valuesJSON(back.Value.Values))
		events.add(back.Key.Text, stem.String())
	}
	if len(x.Back.Entries) > 1 {
		return s.operation("merge events", "events", events.String(), "into", x.Event.Text)
	}
	one := x.Back.Entries[0]
	var branch, into object
	branch.add("values", valuesJSON(one.Value.Values))
	into.add(x.Event.Text, branch.String())
	return s.operation("split event", "event", one.Key.Text, "attributes", attributesJSON(s.after.events[one.Key.Text].attributes), "into", into.String())
}
