package syntax

import (
	"strings"

	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// Attribute is a typed value. The short form is its type alone, "text"; in an input or an
// event nothing at all means: as the type's own attribute of that name.
type Attribute struct {
	Type     source.Word            `yaml:"type" doc:"text, int, decimal(p,s), money, bool, date, timestamp, enum(a, b), ref(Type, ...), list(Value), custom, or the name of a value object"`
	Key      source.Word            `yaml:"key" doc:"Of a list: the attribute that tells rows apart; an int that is not given is numbered from 1"`
	Of       source.Dict[Attribute] `yaml:"of" doc:"Of a list: the attributes of a row"`
	Optional source.Flag            `yaml:"optional" doc:"It may be absent"`
	Default  source.Word            `yaml:"default" doc:"Expression for an input that is not given"`
	Max      source.Figure          `yaml:"max" doc:"Most characters of a text; largest value of a number"`
	Min      source.Figure          `yaml:"min" doc:"Smallest value of a number; fewest rows of a list"`
	Pattern  source.Word            `yaml:"pattern" doc:"Regular expression (RE2) that the whole text has to match"`
	Personal source.Flag            `yaml:"personal" doc:"It says something about a person"`
	Label    source.Word            `yaml:"label" doc:"Name for people"`
	Help     source.Word            `yaml:"help" doc:"What it is, in a sentence"`

	At *source.Node
}

// DecodeNode accepts the type alone, the long form, or nothing.
func (a *Attribute) DecodeNode(d *source.Decoder, n *source.Node) {
	a.At = n
	switch n.Kind {
	case source.Null:
	case source.Map:
		d.Plain(n, a)
	default:
		d.Into(n, &a.Type)
	}
}

// Shapes lists what DecodeNode accepts.
func (a *Attribute) Shapes() []any {
	return []any{source.NullShape{}, source.TextShape{}, source.PlainShape(a)}
}

// Attributes is a list of own attributes by name, or a map of attributes with their types.
type Attributes struct {
	source.Dict[Attribute]
}

// DecodeNode accepts a list of names or a map.
func (a *Attributes) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind != source.List {
		d.Into(n, &a.Dict)
		return
	}
	a.At = n
	var names []source.Word
	d.Into(n, &names)
	for i, name := range names {
		if !name.Given() {
			continue
		}
		if a.Get(name.Text) != nil {
			d.Report.At(name.At, problem.DuplicateKey, "%q is already in the list", name.Text)
			continue
		}
		nothing := Attribute{At: n.Items[i]}
		a.Entries = append(a.Entries, source.Entry[Attribute]{Key: name, Value: nothing})
	}
}

// Shapes lists what DecodeNode accepts.
func (a *Attributes) Shapes() []any { return []any{[]source.Word{}, source.Dict[Attribute]{}} }

// TypeCall is the text of a type taken apart: "decimal(12,3)" is decimal with 12 and 3.
type TypeCall struct {
	Name string
	Args []string
	Call bool // it has parentheses
}

// ParseType takes the text of a type apart; false when it has another form.
func ParseType(text string) (TypeCall, bool) {
	name, rest, call := strings.Cut(strings.TrimSpace(text), "(")
	t := TypeCall{Name: strings.TrimSpace(name), Call: call}
	if !call {
		return t, t.Name != "" && !strings.ContainsAny(t.Name, ") \t,")
	}
	inner, closed := strings.CutSuffix(rest, ")")
	if !closed || strings.ContainsAny(inner, "()") || t.Name == "" {
		return t, false
	}
	for _, arg := range strings.Split(inner, ",") {
		if arg = strings.TrimSpace(arg); arg != "" {
			t.Args = append(t.Args, arg)
		}
	}
	return t, true
}

// Compute is a value that follows from others. The short form is its expression alone.
type Compute struct {
	Is    source.Word `yaml:"is" need:"yes" doc:"Expression over the attributes and other computes"`
	Label source.Word `yaml:"label" doc:"Name for people"`
	Help  source.Word `yaml:"help" doc:"What it is, in a sentence"`
}

// DecodeNode accepts the expression alone or the long form.
func (c *Compute) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind == source.Map {
		d.Plain(n, c)
		return
	}
	d.Into(n, &c.Is)
}

// Shapes lists what DecodeNode accepts.
func (c *Compute) Shapes() []any { return []any{source.TextShape{}, source.PlainShape(c)} }
