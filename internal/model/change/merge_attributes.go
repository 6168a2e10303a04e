package change

import (
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// mergeAttributes makes one attribute of several.
type mergeAttributes struct {
	Of         source.Word              `yaml:"of" need:"yes" doc:"The event, as it was called before"`
	Attributes source.Dict[former]      `yaml:"attributes" need:"yes" doc:"The attributes that it had, with their types"`
	Into       source.Word              `yaml:"into" need:"yes" doc:"The attribute that it has now"`
	Value      source.Word              `yaml:"value" need:"yes" doc:"Expression over the attributes that the event had"`
	Else       source.Word              `yaml:"else" doc:"Expression that is taken where the value has none"`
	Back       source.Dict[source.Word] `yaml:"back" doc:"The values of the attributes for a release from before: expressions over those that the event has now"`
}

func (*mergeAttributes) level() level { return ofAttributes }

func (x *mergeAttributes) undo(s *step) {
	if len(x.Attributes.Entries) < 2 {
		s.report.Hint(x.Attributes.At, problem.ChangeForm, "for one attribute use \"update attribute\"", "Several attributes become one; here are %d", len(x.Attributes.Entries))
		return
	}
	e, o := s.carrier(x.Of)
	if e == nil {
		return
	}
	if _, ok := s.takeAttribute(x.Of, x.Into); !ok {
		return
	}
	o.into[0].values[x.Into.Text] = derived{x.Value, x.Else}
	for _, entry := range x.Attributes.Entries {
		if a, ok := s.former.attribute(entry.Key.Text, entry.Value); ok {
			s.giveAttribute(x.Of, entry.Key, a)
			if back := x.Back.Get(a.Name); back != nil {
				o.expect(*back, a.Type)
			}
		}
	}
	for _, entry := range x.Back.Entries {
		if x.Attributes.Get(entry.Key.Text) == nil {
			s.report.Hint(entry.Key.At, problem.ChangeOf, problem.DidYouMean(entry.Key.Text, x.Attributes.Keys()),
				"%q is none of the attributes that are merged", entry.Key.Text)
		}
	}
}

// inverse splits it again, when every attribute that has to be there has a way back.
func (x *mergeAttributes) inverse(s *step) way {
	var into object
	for _, entry := range x.Attributes.Entries {
		back := x.Back.Get(entry.Key.Text)
		switch {
		case back != nil:
			into.add(entry.Key.Text, quoted(back.Text))
		case entry.Value.Optional.Value:
			into.add(entry.Key.Text, "null")
		default:
			return s.noWay(x.Of.Text, "nothing says what %s of %s was before it was merged", entry.Key.Text, x.Of.Text)
		}
	}
	name := s.calledAfter(x.Of.Text)
	a := s.after.events[name].attribute(x.Into.Text)
	return s.back(x.Of.Text, s.operation("split attribute", "of", name, "attribute", a.Name, "type", typeText(*a), "into", into.String()))
}
