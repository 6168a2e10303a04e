package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// mergeEvents makes one event type of several: each stored event becomes one of the new type.
type mergeEvents struct {
	Events source.Dict[stem]   `yaml:"events" need:"yes" doc:"The events, as they were called before; also the one that gives the new one its name"`
	Into   source.Word         `yaml:"into" need:"yes" doc:"The event that they are now"`
	Back   source.Dict[branch] `yaml:"back" doc:"Which of them it is for a release from before, with conditions and values over what it carries now"`
}

func (*mergeEvents) level() level { return ofEvents }

func (x *mergeEvents) undo(s *step) {
	if len(x.Events.Entries) < 2 {
		s.report.Hint(x.Events.At, problem.ChangeForm, "for one event use \"rename event\"; list the event that keeps its name too",
			"Several events become one; here are %d", len(x.Events.Entries))
		return
	}
	if x.Back.Given() && len(x.Back.Entries) == 0 {
		s.report.Hint(x.Back.At, problem.ChangeForm, "leave it out when there is no way back", "%s is none of the events for a release from before", x.Into.Text)
		return
	}
	after := s.takeEvent(x.Into)
	if after == nil {
		return
	}
	for _, entry := range x.Events.Entries {
		e := &event{after.stream, s.former.attributes(entry.Value.Attributes)}
		e.inherit(after, entry.Value.Values)
		s.giveEvent(entry.Key, e)
		o := s.outcome(entry.Key, true, &target{event: x.Into.Text, at: entry.Key.At, values: s.values(x.Into.Text, after, entry.Value.Values)})
		if back := x.Back.Get(entry.Key.Text); back != nil {
			o.expectBranch(*back, s.values(entry.Key.Text, e, back.Values), e)
		}
	}
	for _, back := range x.Back.Entries {
		if x.Events.Get(back.Key.Text) == nil {
			s.report.Hint(back.Key.At, problem.ChangeOf, problem.DidYouMean(back.Key.Text, x.Events.Keys()), "%q is none of the events that are merged", back.Key.Text)
		}
	}
}

// inverse splits it by the declared conditions. What they do not name does not come back.
func (x *mergeEvents) inverse(s *step) way {
	w := way{after: []string{x.Into.Text}, before: x.Events.Keys()}
	if !x.Back.Given() {
		w.none = "nothing says which of the merged events it was"
		return w
	}
	var into object
	for _, back := range x.Back.Entries {
		into.add(back.Key.Text, back.Value.json())
	}
	after := s.after.events[x.Into.Text]
	w.operations = []model.Operation{s.operation("split event", "event", x.Into.Text, "attributes", attributesJSON(after.attributes), "into", into.String())}
	for _, name := range x.Events.Keys() {
		if x.Back.Get(name) == nil {
			w.operations = append(w.operations, s.operation("add event", "event", name))
		}
	}
	return w
}
