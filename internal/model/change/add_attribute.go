package change

import "github.com/polderhq/polder/internal/model/compile/source"

// addAttribute adds an attribute to an event. Stored events get the value, or none.
type addAttribute struct {
	Of        source.Word `yaml:"of" need:"yes" doc:"The event, as it was called before"`
	Attribute source.Word `yaml:"attribute" need:"yes" doc:"The new attribute"`
	Value     source.Word `yaml:"value" doc:"Expression over the attributes that the event had; without it stored events have no value"`
	Else      source.Word `yaml:"else" doc:"Expression that is taken where the value has none"`
}

func (*addAttribute) level() level { return ofAttributes }

func (x *addAttribute) undo(s *step) {
	e, o := s.carrier(x.Of)
	if e == nil {
		return
	}
	if _, ok := s.takeAttribute(x.Of, x.Attribute); ok {
		o.into[0].values[x.Attribute.Text] = derived{x.Value, x.Else}
	}
}

// inverse deletes the attribute: who does not know it does not miss it.
func (x *addAttribute) inverse(s *step) way {
	name := s.calledAfter(x.Of.Text)
	a := s.after.events[name].attribute(x.Attribute.Text)
	return s.back(x.Of.Text, s.operation("delete attribute", "of", name, "attribute", a.Name, "type", typeText(*a)))
}
