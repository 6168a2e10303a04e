package change

import (
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// splitAttribute makes several attributes of one.
type splitAttribute struct {
	Of        source.Word          `yaml:"of" need:"yes" doc:"The event, as it was called before"`
	Attribute source.Word          `yaml:"attribute" need:"yes" doc:"The attribute that it had"`
	Type      former               `yaml:"type" need:"yes" doc:"The type that it had"`
	Into      source.Dict[derived] `yaml:"into" need:"yes" doc:"The attributes that it has now, each with an expression over those that it had"`
	Back      source.Word          `yaml:"back" doc:"Expression over the attributes that the event has now: its value for a release from before"`
}

func (*splitAttribute) level() level { return ofAttributes }

func (x *splitAttribute) undo(s *step) {
	if len(x.Into.Entries) < 2 {
		s.report.Hint(x.Into.At, problem.ChangeForm, "for one attribute use \"update attribute\"", "One attribute becomes several; here are %d", len(x.Into.Entries))
		return
	}
	e, o := s.carrier(x.Of)
	a, ok := s.former.attribute(x.Attribute.Text, x.Type)
	if e == nil || !ok {
		return
	}
	s.giveAttribute(x.Of, x.Attribute, a)
	o.expect(x.Back, a.Type)
	for _, entry := range x.Into.Entries {
		if _, ok := s.takeAttribute(x.Of, entry.Key); ok {
			o.into[0].values[entry.Key.Text] = entry.Value
		}
	}
}

// inverse merges them again by the declared expression.
func (x *splitAttribute) inverse(s *step) way {
	if !x.Back.Given() {
		return s.noWay(x.Of.Text, "nothing says what %s of %s was before it was split", x.Attribute.Text, x.Of.Text)
	}
	name := s.calledAfter(x.Of.Text)
	var attributes object
	for _, entry := range x.Into.Entries {
		attributes.add(entry.Key.Text, typeJSON(*s.after.events[name].attribute(entry.Key.Text)))
	}
	return s.back(x.Of.Text, s.operation("merge attributes", "of", name, "attributes", attributes.String(), "into", x.Attribute.Text, "value", x.Back.Text))
}
