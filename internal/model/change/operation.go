package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// operation is one of the kinds of changes.
type operation interface {
	// level says what it is about: streams are undone first, then events, then attributes.
	level() level
	// undo makes before of after, and says what the events that it touches become. It
	// reports what does not hold.
	undo(s *step)
	// inverse returns the operations that take it back, or the events of after that cannot
	// be taken back, and why.
	inverse(s *step) way
}

// level is what an operation is about.
type level int

const (
	ofStreams level = iota
	ofEvents
	ofAttributes
)

// way is the way back of an operation: either operations, or a reason why there is none.
type way struct {
	operations []model.Operation
	none       string
	after      []string // the events of after that it is about
	before     []string // the events of before that they were
}

// declaration is an operation in the file of a set.
type declaration struct {
	AddAttribute    *addAttribute    `yaml:"add attribute" one:"kind" doc:"An event carries something that it did not carry before"`
	DeleteAttribute *deleteAttribute `yaml:"delete attribute" one:"kind" doc:"An event carries something no more"`
	UpdateAttribute *updateAttribute `yaml:"update attribute" one:"kind" doc:"An attribute of an event has another name, another value or another type"`
	MergeAttributes *mergeAttributes `yaml:"merge attributes" one:"kind" doc:"Several attributes of an event become one"`
	SplitAttribute  *splitAttribute  `yaml:"split attribute" one:"kind" doc:"An attribute of an event becomes several"`

	at *source.Node
}

// DecodeNode remembers the place, and knows what people look for under another name.
func (x *declaration) DecodeNode(d *source.Decoder, n *source.Node) {
	x.at = n
	if n.Field("rename attribute") != nil {
		d.Report.Hint(n, problem.UnknownKey, "write \"update attribute: {of: …, attribute: …, to: …}\"",
			"The language has no key %q here", "rename attribute")
		return
	}
	d.Plain(n, x)
}

// Shapes lists what DecodeNode accepts.
func (x *declaration) Shapes() []any { return []any{source.PlainShape(x)} }

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
