package change

import (
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// derived is where the value of an attribute comes from. Nothing means that it has none; a
// text is an expression.
type derived struct {
	Value source.Word `yaml:"value" need:"yes" doc:"Expression over the attributes that the event had"`
	Else  source.Word `yaml:"else" doc:"Expression that is taken where the first has no value"`
}

// DecodeNode accepts nothing, an expression, or the long form.
func (x *derived) DecodeNode(d *source.Decoder, n *source.Node) {
	switch n.Kind {
	case source.Null:
	case source.Map:
		d.Plain(n, x)
	default:
		d.Into(n, &x.Value)
	}
}

// Shapes lists what DecodeNode accepts.
func (x *derived) Shapes() []any {
	return []any{source.NullShape{}, source.TextShape{}, source.PlainShape(x)}
}

// json is the expressions as an operation declares them.
func (x derived) json() string {
	switch {
	case !x.Value.Given():
		return "null"
	case !x.Else.Given():
		return quoted(x.Value.Text)
	}
	var o object
	o.add("value", quoted(x.Value.Text))
	o.add("else", quoted(x.Else.Text))
	return o.String()
}

// branch is an event that one becomes.
type branch struct {
	When   source.Word          `yaml:"when" doc:"Condition over the attributes that the event had; without it always"`
	Values source.Dict[derived] `yaml:"values" doc:"Attributes that do not stay as they were, each with an expression; ~ for what it never carried"`
}

// DecodeNode accepts nothing or the long form.
func (x *branch) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind != source.Null {
		d.Plain(n, x)
	}
}

// Shapes lists what DecodeNode accepts.
func (x *branch) Shapes() []any { return []any{source.NullShape{}, source.PlainShape(x)} }

func (x *branch) json() string {
	var o object
	if x.When.Given() {
		o.add("when", quoted(x.When.Text))
	}
	if len(x.Values.Entries) > 0 {
		o.add("values", valuesJSON(x.Values))
	}
	return o.String()
}

// stem is an event that becomes another together with more.
type stem struct {
	Attributes source.Dict[former]  `yaml:"attributes" doc:"What it carried that the new event does not carry under the same name"`
	Values     source.Dict[derived] `yaml:"values" doc:"Attributes of the new event that do not stay as they were, each with an expression; ~ for what it never carried"`
}

// DecodeNode accepts nothing or the long form.
func (x *stem) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind != source.Null {
		d.Plain(n, x)
	}
}

// Shapes lists what DecodeNode accepts.
func (x *stem) Shapes() []any { return []any{source.NullShape{}, source.PlainShape(x)} }

func valuesJSON(values source.Dict[derived]) string {
	var o object
	for _, entry := range values.Entries {
		o.add(entry.Key.Text, entry.Value.json())
	}
	return o.String()
}

// values returns the expressions by attribute of the event, and reports attributes that it
// does not have.
func (s *step) values(of string, e *event, values source.Dict[derived]) map[string]derived {
	out := map[string]derived{}
	for _, entry := range values.Entries {
		if e.attribute(entry.Key.Text) == nil {
			s.report.Hint(entry.Key.At, problem.ChangeOf, problem.DidYouMean(entry.Key.Text, e.names()), "%s has no attribute %q", of, entry.Key.Text)
		}
		out[entry.Key.Text] = entry.Value
	}
	return out
}

// inherit gives the event, as it was, the attributes that stay as they were in another, and
// that it does not have yet.
func (e *event) inherit(from *event, values source.Dict[derived]) {
	for _, a := range from.attributes {
		if values.Get(a.Name) == nil && e.attribute(a.Name) == nil {
			e.attributes = append(e.attributes, a)
		}
	}
}
