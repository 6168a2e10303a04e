package change

import (
	"github.com/polderhq/polder/internal/model/compile/source"
)

// deleteAttribute takes an attribute from an event.
type deleteAttribute struct {
	Of        source.Word `yaml:"of" need:"yes" doc:"The event, as it was called before"`
	Attribute source.Word `yaml:"attribute" need:"yes" doc:"The attribute that it carries no more"`
	Type      former      `yaml:"type" need:"yes" doc:"The type that it had"`
	Back      source.Word `yaml:"back" doc:"Expression over the attributes that the event has now: its value for a release that still knows it"`
}

func (*deleteAttribute) level() level { return ofAttributes }

func (x *deleteAttribute) undo(s *step) {
	e, o := s.carrier(x.Of)
	a, ok := s.former.attribute(x.Attribute.Text, x.Type)
	if e == nil || !ok {
		return
	}
	s.giveAttribute(x.Of, x.Attribute, a)
	o.expect(x.Back, a.Type)
}

// inverse adds it again, with its declared value; an optional one can do without.
func (x *deleteAttribute) inverse(s *step) way {
	if !x.Back.Given() && !x.Type.Optional.Value {
		return s.noWay(x.Of.Text, "nothing says what %s of %s was", x.Attribute.Text, x.Of.Text)
	}
	return s.back(x.Of.Text, s.operation("add attribute", "of", s.calledAfter(x.Of.Text), "attribute", x.Attribute.Text, "value", x.Back.Text))
}
