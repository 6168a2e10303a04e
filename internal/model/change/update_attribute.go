package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// updateAttribute changes the name, the value or the type of an attribute.
type updateAttribute struct {
	Of        source.Word `yaml:"of" need:"yes" doc:"The event, as it was called before"`
	Attribute source.Word `yaml:"attribute" need:"yes" doc:"The attribute, as it was called before"`
	To        source.Word `yaml:"to" doc:"What it is called now; without it as before"`
	From      former      `yaml:"from" doc:"The type that it had; without it the one that it has now"`
	Value     source.Word `yaml:"value" doc:"Expression over the attributes that the event had; without it the value stays"`
	Else      source.Word `yaml:"else" doc:"Expression that is taken where the value has none"`
	Back      source.Word `yaml:"back" doc:"Expression over the attributes that the event has now: its value for a release from before"`
}

func (*updateAttribute) level() level { return ofAttributes }

// name is what the attribute is called now.
func (x *updateAttribute) name() source.Word {
	if x.To.Given() {
		return x.To
	}
	return x.Attribute
}

func (x *updateAttribute) undo(s *step) {
	if !x.To.Given() && x.From.At == nil && !x.Value.Given() {
		s.report.Hint(x.Attribute.At, problem.ChangeForm, "give it a new name under \"to\", the type that it had under \"from\", or a \"value\"",
			"Nothing of %s changes", x.Attribute.Text)
		return
	}
	e, o := s.carrier(x.Of)
	if e == nil {
		return
	}
	a, ok := s.takeAttribute(x.Of, x.name())
	before, known := x.before(s, a)
	if !ok || !known {
		return
	}
	s.giveAttribute(x.Of, x.Attribute, before)
	if x.Value.Given() {
		o.into[0].values[a.Name] = derived{x.Value, x.Else}
		o.expect(x.Back, before.Type)
		return
	}
	o.into[0].from[a.Name] = before.Name
}

// before returns the attribute as it was.
func (x *updateAttribute) before(s *step, now model.Attribute) (model.Attribute, bool) {
	if x.From.At != nil {
		return s.former.attribute(x.Attribute.Text, x.From)
	}
	now.Name = x.Attribute.Text
	return now, true
}

// inverse gives it its old name, and the value that is declared for that; a value that
// stayed as it was goes back as it is.
func (x *updateAttribute) inverse(s *step) way {
	if x.Value.Given() && !x.Back.Given() {
		return s.noWay(x.Of.Text, "nothing says what %s of %s was before its value changed", x.Attribute.Text, x.Of.Text)
	}
	name := s.calledAfter(x.Of.Text)
	a := s.after.events[name].attribute(x.name().Text)
	return s.back(x.Of.Text, s.operation("update attribute", "of", name, "attribute", a.Name, "to", x.Attribute.Text,
		"from", typeText(*a), "value", x.Back.Text))
}
